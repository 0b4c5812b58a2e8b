"""Travel times of a router: OSRM or Valhalla, behind the same protocol."""

from matcher.travel.router.factory import (
    provider_from_settings as provider_from_settings,
)
from matcher.travel.router.factory import router_settings as router_settings
from matcher.travel.router.settings import RouterSettings as RouterSettings
