"""Somebody at the pages: signs in, follows links, fills in forms."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

from fastapi.testclient import TestClient

from tests.service.conftest import House

_VOID = {"input", "link", "meta", "br", "img"}


@dataclass(slots=True)
class FormOnPage:
    """A form with the values that stand in it."""

    action: str
    method: str
    fields: list[tuple[str, str]] = field(default_factory=list)

    @property
    def is_post(self) -> bool:
        return self.method == "post"


class Reader(HTMLParser):
    """What a page holds: text, links and forms; tags must close as they opened."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.links: list[str] = []
        self.forms: list[FormOnPage] = []
        self.ids: list[str] = []
        self._within: list[tuple[str, list[str]]] = []
        self._parts: list[tuple[str, list[str]]] = []
        self.feed(source)
        assert not self._within, self._within

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())

    def texts_in(self, tag: str) -> list[str]:
        """Text of every element of a kind, with what stands inside."""
        return [
            " ".join("".join(parts).split())
            for name, parts in self._parts
            if name == tag
        ]

    def handle_starttag(self, tag, attrs):
        own = dict(attrs)
        if tag not in _VOID:
            self._within.append((tag, []))
            self._parts.append(self._within[-1])
        if "id" in own:
            self.ids.append(own["id"])
        if tag == "a":
            self.links.append(own["href"])
        if tag == "form":
            self.forms.append(FormOnPage(own["action"], own["method"]))
        if tag in {"input", "textarea"} and self.forms and own.get("name"):
            is_off = own.get("type") in {"radio", "checkbox"} and "checked" not in own
            if not is_off:
                self.forms[-1].fields.append((own["name"], own.get("value") or ""))

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag):
        if tag not in _VOID:
            assert self._within.pop()[0] == tag

    def handle_data(self, data):
        self.texts.append(data)
        for _, parts in self._within:
            parts.append(data)


class Visitor:
    """A browser without scripts, with cookies of its own."""

    def __init__(self, house: House, who: str, language: str = "nl") -> None:
        self.client = TestClient(house.client.app, raise_server_exceptions=False)
        self.language = language
        answer = self.client.post(
            f"/{language}/aanmelden",
            data={"key": house.keys[who]},
            follow_redirects=False,
        )
        assert answer.status_code == 303, answer.text

    def open(self, path: str, status: int = 200) -> Reader:
        """A page by its place in the language of the visitor."""
        answer = self.client.get(f"/{self.language}/{path}")
        assert answer.status_code == status, answer.text
        return Reader(answer.text)

    def send(self, form: FormOnPage, status: int = 200, **values: str) -> Reader:
        """A form, with other values for some of its fields."""
        fields = [each for each in form.fields if each[0] not in values]
        fields += list(values.items())
        data: dict[str, list[str]] = {}
        for name, value in fields:
            data.setdefault(name, []).append(value)
        if form.is_post:
            answer = self.client.post(form.action, data=data)
        else:
            answer = self.client.get(form.action, params=data)
        assert answer.status_code == status, answer.text
        return Reader(answer.text)
