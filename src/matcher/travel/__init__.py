"""Travel: where people and places are, and how many minutes lie between."""

from matcher.travel.postcode import (
    PostcodePoints as PostcodePoints,
)
from matcher.travel.postcode import (
    postcode_points as postcode_points,
)
