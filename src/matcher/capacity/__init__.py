"""Regional capacity: where it is short, the proof, and what to recruit next."""

from matcher.capacity.area import AreaError as AreaError
from matcher.capacity.area import Areas as Areas
from matcher.capacity.area import areas_named as areas_named
from matcher.capacity.certificate import Shortage as Shortage
from matcher.capacity.certificate import ShortPlace as ShortPlace
from matcher.capacity.certificate import shortage_to_json as shortage_to_json
from matcher.capacity.early_ends import EarlyEndParams as EarlyEndParams
from matcher.capacity.files import check_folder as check_folder
from matcher.capacity.recruit import RecruitParams as RecruitParams
from matcher.capacity.recruit_sets import SetParams as SetParams
from matcher.capacity.repair import RepairParams as RepairParams
from matcher.capacity.report import CapacityParams as CapacityParams
from matcher.capacity.report import CapacityReport as CapacityReport
from matcher.capacity.report import capacity_report as capacity_report
from matcher.capacity.robustness import RobustnessParams as RobustnessParams
from matcher.capacity.shortages import find_shortages as find_shortages
from matcher.capacity.told import write_told as write_told
from matcher.capacity.write import write_capacity as write_capacity
