"""What changed between two states of the contracts, told by what it means for those who rely on them."""
