"""Travel: where people and places are, and how many minutes lie between."""

from matcher.travel.estimate import EstimateProvider as EstimateProvider
from matcher.travel.point import Points as Points
from matcher.travel.point import great_circle_km as great_circle_km
from matcher.travel.postcode import PostcodePoints as PostcodePoints
from matcher.travel.postcode import postcode_points as postcode_points
from matcher.travel.provider import BestModes as BestModes
from matcher.travel.provider import TravelProvider as TravelProvider
from matcher.travel.router import RouterSettings as RouterSettings
from matcher.travel.router import provider_from_settings as provider_from_settings
from matcher.travel.router import router_settings as router_settings
