"""A report as parsed: elements in document order, with their text."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "input", "br", "link", "img"}
SVG_SHAPES = {"rect", "circle", "path"}


@dataclass(eq=False)
class Element:
    tag: str
    attributes: dict[str, str | None]
    parent: "Element | None"
    children: list["Element | str"] = field(default_factory=list)

    def text(self, language: str | None = None) -> str:
        """Text inside; with a language only what shows in it."""
        parts = []
        for child in self.children:
            if isinstance(child, str):
                parts.append(child)
            elif language is None or child.shows_in(language):
                parts.append(child.text(language))
        return " ".join("".join(parts).split())

    def shows_in(self, language: str) -> bool:
        names = (self.attributes.get("class") or "").split()
        return language in names or not {"nl", "en"}.intersection(names)

    def all(self, tag: str) -> list["Element"]:
        found = []
        for child in self.children:
            if isinstance(child, Element):
                found += [child] if child.tag == tag else []
                found += child.all(tag)
        return found

    def every(self) -> list["Element"]:
        inner = [child for child in self.children if isinstance(child, Element)]
        return inner + [one for child in inner for one in child.every()]

    def with_id(self, name: str) -> "Element":
        (found,) = [e for e in self.every() if e.attributes.get("id") == name]
        return found

    def rows(self, table: str, language: str = "nl") -> list[list[str]]:
        """Cells of the body of the table whose caption has this id."""
        body = self.with_id(table).parent
        assert body is not None
        return [
            [cell.text(language) for cell in row.children if isinstance(cell, Element)]
            for section in body.all("tbody")
            for row in section.all("tr")
        ]


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element(tag="", attributes={}, parent=None)
        self.open = self.root

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag=tag, attributes=dict(attrs), parent=self.open)
        self.open.children.append(element)
        if tag not in VOID:
            self.open = element

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in SVG_SHAPES, f"<{tag}/> does not close itself in HTML"
        self.open.children.append(
            Element(tag=tag, attributes=dict(attrs), parent=self.open)
        )

    def handle_endtag(self, tag: str) -> None:
        assert tag == self.open.tag, f"</{tag}> closes <{self.open.tag}>"
        assert self.open.parent is not None
        self.open = self.open.parent

    def handle_data(self, data: str) -> None:
        self.open.children.append(data)


def parsed(html: str) -> Element:
    """Root of a report; fails where an element is left open."""
    builder = _Builder()
    builder.feed(html)
    builder.close()
    assert builder.open is builder.root, f"<{builder.open.tag}> stays open"
    return builder.root
