"""The outcomes that the shipped version gives, for tests of the workflow."""

from mash.kinds import Kind
from mash.workflow.routes import Route


class R:
    """One outcome of each kind."""

    NO_FURTHER_ACTION = Route("no_further_action", "No further action", Kind.NO_SERVICE, place=0)
    ADVICE = Route("advice", "Advice", Kind.ADVICE, place=1)
    EARLY_HELP = Route("early_help", "Early help", Kind.EARLY_HELP, place=2)
    CHILD_AND_FAMILY_ASSESSMENT = Route(
        "child_and_family_assessment", "Child and family assessment", Kind.ASSESSMENT, place=3
    )
    STRATEGY_DISCUSSION = Route("strategy_discussion", "Strategy discussion", Kind.STRATEGY, place=4)
    PASSED_TO_ALLOCATED_WORKER = Route("passed_to_allocated_worker", "Passed to the allocated worker", Kind.PASSED_ON)
    SIGNPOSTING = Route("signposting", "Signposting", Kind.SIGNPOSTING)
    INFORMATION_GIVEN = Route("information_given", "Information given", Kind.INFORMATION)
    ANOTHER_AUTHORITY = Route("another_authority", "Passed to another authority", Kind.ANOTHER_AUTHORITY)


ROUTES = tuple(route for route in vars(R).values() if isinstance(route, Route))
