"""Follows the links of a site whose pages are files: the example needs no network."""

from html.parser import HTMLParser
from pathlib import Path
from posixpath import dirname, join, normpath
from typing import Iterator
from urllib.parse import urldefrag, urlparse


class Page(HTMLParser):
    """Title and links of one page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.title = ""
        self.links: list[str] = []
        self._in_title = False
        self.feed(text)
        self.close()
        self.title = " ".join(self.title.split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_title = tag == "title"
        href = dict(attrs).get("href")
        if tag == "a" and href:
            self.links.append(href)

    def handle_endtag(self, tag: str) -> None:
        self._in_title = False

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title += data


def crawl(root: Path, start: str) -> Iterator[dict]:
    """Gives each page that can be reached from the first, once; one that a link names and that is not there is broken."""
    waiting, seen = [start], {start}
    while waiting:
        path = waiting.pop(0)
        file = root / path
        if not file.is_file():
            yield {"path": path, "broken": True}
            continue
        page = Page(file.read_text(encoding="utf-8"))
        inside = [link for link in (resolve(path, href) for href in page.links) if link is not None]
        yield {"path": path, "title": page.title, "links": len(page.links)}
        for link in inside:
            if link not in seen:
                seen.add(link)
                waiting.append(link)


def resolve(path: str, href: str) -> str | None:
    """The page of this site that a link leads to; None for what is elsewhere."""
    url = urlparse(urldefrag(href).url)
    if url.scheme or url.netloc or not url.path:
        return None
    link = normpath(join("/", dirname(path), url.path)).lstrip("/")
    return link or None
