"""The closed list of changes, by the name that a scenario file gives them.

To add one: a class here, its sentence in ``words.toml``, a test that it does what it
says and refuses what it cannot do (a kind without either fails the tests).
"""

from collections.abc import Mapping
from types import MappingProxyType

from matcher.scenario.change import Change
from matcher.scenario.kinds.courses import CourseAdded, CourseMoved, CourseSeats
from matcher.scenario.kinds.decisions import (
    PlacementRefused,
    PlacementReleased,
    PlacementSigned,
)
from matcher.scenario.kinds.journeys import ModeLost, TravelSlower
from matcher.scenario.kinds.learners import (
    DropOuts,
    IntakeGrows,
    IntakeShrinks,
    LearnerAdded,
    LearnerLeaves,
)
from matcher.scenario.kinds.mentors import (
    MentorAbsent,
    MentorLeaves,
    MentorTime,
    MentorTrained,
)
from matcher.scenario.kinds.places import (
    EnterpriseLimit,
    SiteAdded,
    SiteCapacity,
    SiteCloses,
    SiteCopied,
)
from matcher.scenario.kinds.recognitions import (
    OfferAdded,
    RecognitionGranted,
    RecognitionProlonged,
    RecognitionRestricted,
    RecognitionWithdrawn,
)
from matcher.scenario.kinds.rules import BlockPattern, PolicySet

KINDS: Mapping[str, type[Change]] = MappingProxyType(
    {
        each.kind: each
        for each in (
            SiteCloses,
            SiteAdded,
            SiteCopied,
            SiteCapacity,
            EnterpriseLimit,
            MentorLeaves,
            MentorAbsent,
            MentorTrained,
            MentorTime,
            RecognitionGranted,
            RecognitionWithdrawn,
            RecognitionRestricted,
            RecognitionProlonged,
            OfferAdded,
            CourseMoved,
            CourseSeats,
            CourseAdded,
            IntakeGrows,
            IntakeShrinks,
            DropOuts,
            LearnerAdded,
            LearnerLeaves,
            TravelSlower,
            ModeLost,
            BlockPattern,
            PolicySet,
            PlacementSigned,
            PlacementRefused,
            PlacementReleased,
        )
    }
)
"""Every kind of change there is."""
