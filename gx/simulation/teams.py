"""The thirty teams: codes, NBA ids, arenas and time zones (facts, not simulation)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Team:
    """One team; ``id`` is the NBA's own number, ``zone`` the IANA time zone of its arena."""

    code: str
    id: int
    city: str
    name: str
    arena: str
    zone: str
    east: bool


_EASTERN, _CENTRAL = "America/New_York", "America/Chicago"
_MOUNTAIN, _ARIZONA, _PACIFIC = "America/Denver", "America/Phoenix", "America/Los_Angeles"
_FIRST_ID = 1610612737

# In the order of the NBA's ids, which follow each other without a gap.
_ROWS = (
    ("ATL", "Atlanta", "Hawks", "State Farm Arena", _EASTERN, True),
    ("BOS", "Boston", "Celtics", "TD Garden", _EASTERN, True),
    ("CLE", "Cleveland", "Cavaliers", "Rocket Arena", _EASTERN, True),
    ("NOP", "New Orleans", "Pelicans", "Smoothie King Center", _CENTRAL, False),
    ("CHI", "Chicago", "Bulls", "United Center", _CENTRAL, True),
    ("DAL", "Dallas", "Mavericks", "American Airlines Center", _CENTRAL, False),
    ("DEN", "Denver", "Nuggets", "Ball Arena", _MOUNTAIN, False),
    ("GSW", "San Francisco", "Warriors", "Chase Center", _PACIFIC, False),
    ("HOU", "Houston", "Rockets", "Toyota Center", _CENTRAL, False),
    ("LAC", "Los Angeles", "Clippers", "Intuit Dome", _PACIFIC, False),
    ("LAL", "Los Angeles", "Lakers", "Crypto.com Arena", _PACIFIC, False),
    ("MIA", "Miami", "Heat", "Kaseya Center", _EASTERN, True),
    ("MIL", "Milwaukee", "Bucks", "Fiserv Forum", _CENTRAL, True),
    ("MIN", "Minneapolis", "Timberwolves", "Target Center", _CENTRAL, False),
    ("BKN", "Brooklyn", "Nets", "Barclays Center", _EASTERN, True),
    ("NYK", "New York", "Knicks", "Madison Square Garden", _EASTERN, True),
    ("ORL", "Orlando", "Magic", "Kia Center", _EASTERN, True),
    ("IND", "Indianapolis", "Pacers", "Gainbridge Fieldhouse", _EASTERN, True),
    ("PHI", "Philadelphia", "76ers", "Wells Fargo Center", _EASTERN, True),
    ("PHX", "Phoenix", "Suns", "Footprint Center", _ARIZONA, False),
    ("POR", "Portland", "Trail Blazers", "Moda Center", _PACIFIC, False),
    ("SAC", "Sacramento", "Kings", "Golden 1 Center", _PACIFIC, False),
    ("SAS", "San Antonio", "Spurs", "Frost Bank Center", _CENTRAL, False),
    ("OKC", "Oklahoma City", "Thunder", "Paycom Center", _CENTRAL, False),
    ("TOR", "Toronto", "Raptors", "Scotiabank Arena", _EASTERN, True),
    ("UTA", "Salt Lake City", "Jazz", "Delta Center", _MOUNTAIN, False),
    ("MEM", "Memphis", "Grizzlies", "FedExForum", _CENTRAL, False),
    ("WAS", "Washington", "Wizards", "Capital One Arena", _EASTERN, True),
    ("DET", "Detroit", "Pistons", "Little Caesars Arena", _EASTERN, True),
    ("CHA", "Charlotte", "Hornets", "Spectrum Center", _EASTERN, True),
)

TEAMS: dict[str, Team] = {
    code: Team(code, _FIRST_ID + place, city, name, arena, zone, east)
    for place, (code, city, name, arena, zone, east) in enumerate(_ROWS)
}
