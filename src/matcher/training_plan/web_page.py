"""The training plan as one HTML page that opens offline and prints well."""

from jinja2 import Environment, PackageLoader, StrictUndefined

from matcher.dataset.finding import Language
from matcher.training_plan.planned import TrainingPlan
from matcher.training_plan.section import sections_of


def web_page(plan: TrainingPlan, language: Language) -> str:
    """Text of the page."""
    environment = Environment(
        loader=PackageLoader("matcher.training_plan", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    template = environment.get_template("training_plan.html.j2")
    title, *sections = sections_of(plan, language)
    return template.render(title=title, sections=sections, language=language)
