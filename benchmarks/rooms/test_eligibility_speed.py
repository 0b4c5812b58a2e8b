"""Eligibility: every pair of learner and site under the rules E1 to E9."""

from matcher.eligibility import eligible_pairs
from matcher.policy import Policy
from matcher.travel import EstimateProvider


def test_eligible_pairs(benchmark, region, problem):
    policy = Policy()
    provider = EstimateProvider(policy.travel)
    pairs = benchmark(eligible_pairs, region, policy, provider)
    benchmark.extra_info["pairs"] = len(pairs.learner)
    benchmark.extra_info["options"] = len(pairs.option_pair)
    assert pairs.eligible.sum() == problem.pairs.eligible.sum()
