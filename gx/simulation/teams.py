"""The thirty teams: codes, NBA ids, arenas, time zones and places (facts, not simulation)."""

from __future__ import annotations

from dataclasses import dataclass
from math import acos, cos, radians, sin


@dataclass(frozen=True)
class Team:
    """One team; ``id`` is the NBA's own number, ``zone`` the time zone of its arena, degrees are north and east."""

    code: str
    id: int
    city: str
    name: str
    arena: str
    zone: str
    east: bool
    latitude: float
    longitude: float

    @property
    def full_name(self) -> str:
        """The name bookmakers print."""
        return f"{_REGIONS.get(self.code, self.city)} {self.name}"

    def miles_to(self, other: Team) -> int:
        """Miles as the crow flies from this team's city to the other's, on a globe of 3,959 miles."""
        here, there = radians(self.latitude), radians(other.latitude)
        turn = radians(other.longitude - self.longitude)
        cosine = sin(here) * sin(there) + cos(here) * cos(there) * cos(turn)
        return round(3959 * acos(min(1.0, cosine)))


_EASTERN, _CENTRAL = "America/New_York", "America/Chicago"
_MOUNTAIN, _ARIZONA, _PACIFIC = "America/Denver", "America/Phoenix", "America/Los_Angeles"
_FIRST_ID = 1610612737
# Teams that are not called after the city of their arena.
_REGIONS = {"GSW": "Golden State", "IND": "Indiana", "LAC": "LA", "MIN": "Minnesota", "UTA": "Utah"}

# In the order of the NBA's ids, which follow each other without a gap.
_ROWS = (
    ("ATL", "Atlanta", "Hawks", "State Farm Arena", _EASTERN, True, 33.8, -84.4),
    ("BOS", "Boston", "Celtics", "TD Garden", _EASTERN, True, 42.4, -71.1),
    ("CLE", "Cleveland", "Cavaliers", "Rocket Arena", _EASTERN, True, 41.5, -81.7),
    ("NOP", "New Orleans", "Pelicans", "Smoothie King Center", _CENTRAL, False, 30.0, -90.1),
    ("CHI", "Chicago", "Bulls", "United Center", _CENTRAL, True, 41.9, -87.7),
    ("DAL", "Dallas", "Mavericks", "American Airlines Center", _CENTRAL, False, 32.8, -96.8),
    ("DEN", "Denver", "Nuggets", "Ball Arena", _MOUNTAIN, False, 39.7, -105.0),
    ("GSW", "San Francisco", "Warriors", "Chase Center", _PACIFIC, False, 37.8, -122.4),
    ("HOU", "Houston", "Rockets", "Toyota Center", _CENTRAL, False, 29.8, -95.4),
    ("LAC", "Los Angeles", "Clippers", "Intuit Dome", _PACIFIC, False, 33.9, -118.3),
    ("LAL", "Los Angeles", "Lakers", "Crypto.com Arena", _PACIFIC, False, 34.0, -118.3),
    ("MIA", "Miami", "Heat", "Kaseya Center", _EASTERN, True, 25.8, -80.2),
    ("MIL", "Milwaukee", "Bucks", "Fiserv Forum", _CENTRAL, True, 43.0, -87.9),
    ("MIN", "Minneapolis", "Timberwolves", "Target Center", _CENTRAL, False, 45.0, -93.3),
    ("BKN", "Brooklyn", "Nets", "Barclays Center", _EASTERN, True, 40.7, -74.0),
    ("NYK", "New York", "Knicks", "Madison Square Garden", _EASTERN, True, 40.8, -74.0),
    ("ORL", "Orlando", "Magic", "Kia Center", _EASTERN, True, 28.5, -81.4),
    ("IND", "Indianapolis", "Pacers", "Gainbridge Fieldhouse", _EASTERN, True, 39.8, -86.2),
    ("PHI", "Philadelphia", "76ers", "Wells Fargo Center", _EASTERN, True, 39.9, -75.2),
    ("PHX", "Phoenix", "Suns", "Footprint Center", _ARIZONA, False, 33.4, -112.1),
    ("POR", "Portland", "Trail Blazers", "Moda Center", _PACIFIC, False, 45.5, -122.7),
    ("SAC", "Sacramento", "Kings", "Golden 1 Center", _PACIFIC, False, 38.6, -121.5),
    ("SAS", "San Antonio", "Spurs", "Frost Bank Center", _CENTRAL, False, 29.4, -98.4),
    ("OKC", "Oklahoma City", "Thunder", "Paycom Center", _CENTRAL, False, 35.5, -97.5),
    ("TOR", "Toronto", "Raptors", "Scotiabank Arena", _EASTERN, True, 43.6, -79.4),
    ("UTA", "Salt Lake City", "Jazz", "Delta Center", _MOUNTAIN, False, 40.8, -111.9),
    ("MEM", "Memphis", "Grizzlies", "FedExForum", _CENTRAL, False, 35.1, -90.1),
    ("WAS", "Washington", "Wizards", "Capital One Arena", _EASTERN, True, 38.9, -77.0),
    ("DET", "Detroit", "Pistons", "Little Caesars Arena", _EASTERN, True, 42.3, -83.1),
    ("CHA", "Charlotte", "Hornets", "Spectrum Center", _EASTERN, True, 35.2, -80.8),
)

TEAMS: dict[str, Team] = {
    code: Team(code, _FIRST_ID + place, city, name, arena, zone, east, latitude, longitude)
    for place, (code, city, name, arena, zone, east, latitude, longitude) in enumerate(_ROWS)
}
