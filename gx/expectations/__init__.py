"""Great Expectations classes of the contract rules, served from measurements."""
