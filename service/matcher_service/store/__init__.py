"""What is kept: tables, and the database that holds them."""

from matcher_service.store.database import Database as Database
from matcher_service.store.moment import moment as moment
from matcher_service.store.moment import new_id as new_id
