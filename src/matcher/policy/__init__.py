"""The policy: every weight and threshold of one run, read from TOML.

The numbers in the dataclasses are the defaults of the contract (sections 2, 6).
"""

from matcher.policy.policy import (
    GuidancePolicy as GuidancePolicy,
)
from matcher.policy.policy import (
    Policy as Policy,
)
from matcher.policy.policy import (
    TravelMode as TravelMode,
)
from matcher.policy.policy import (
    TravelPolicy as TravelPolicy,
)
from matcher.policy.read import (
    policy_from_mapping as policy_from_mapping,
)
from matcher.policy.read import (
    policy_to_mapping as policy_to_mapping,
)
from matcher.policy.read import (
    read_policy as read_policy,
)
