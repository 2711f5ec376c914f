"""python -m unittest, in this folder."""

import tempfile
import unittest
from pathlib import Path

from crawl import Page, crawl, resolve
from settings import SettingsError, read_message, read_settings

ALL = {
    "STAGE": "dev",
    "SNS_ARN": "arn:aws:sns:ap-northeast-1:000000000000:crawls",
    "DB_NAME": "market",
    "DB_SECRET_NAME": "market/database",
    "JOB_QUEUE_URL": "http://127.0.0.1/queue",
    "BUCKET": "crawls",
}


class PageTest(unittest.TestCase):
    def test_title_and_links_are_read(self):
        page = Page('<title>A &amp;\n  b</title><p>no title</p><a href="x">x</a><a>none</a><a href="#y">y</a>')

        self.assertEqual((page.title, page.links), ("A & b", ["x", "#y"]))

    def test_links_are_resolved_inside_the_site(self):
        cases = {
            "tea.html": "stalls/tea.html",
            "../index.html#top": "index.html",
            "/hours.html?x=1": "hours.html",
            "../../../etc/passwd": "etc/passwd",
            "#here": None,
            "https://example.com/a": None,
            "//example.com/a": None,
            "mailto:a@example.com": None,
            "..": None,
        }
        for href, link in cases.items():
            with self.subTest(href):
                self.assertEqual(resolve("stalls/fish.html", href), link)


class CrawlTest(unittest.TestCase):
    def test_each_page_comes_once_though_links_go_in_rings(self):
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "a.html").write_text('<a href="b.html"><a href="b.html"><a href="a.html"><a href="c.html">')
            Path(folder, "b.html").write_text('<title>B</title><a href="a.html">')

            pages = list(crawl(Path(folder), "a.html"))

        self.assertEqual(
            pages,
            [
                {"path": "a.html", "title": "", "links": 4},
                {"path": "b.html", "title": "B", "links": 1},
                {"path": "c.html", "broken": True},
            ],
        )


class SettingsTest(unittest.TestCase):
    def test_all_that_is_missing_is_named_together(self):
        with self.assertRaisesRegex(SettingsError, "not set: SNS_ARN, BUCKET"):
            read_settings({**ALL, "SNS_ARN": "", "BUCKET": ""}, [])

    def test_the_argument_is_stronger_than_the_variable(self):
        settings = read_settings({**ALL, "JOB_INPUT": '{"message":"variable"}'}, ['{"message":"argument"}'])

        self.assertEqual(settings.message, "argument")

    def test_without_an_input_the_message_is_empty(self):
        self.assertEqual(read_message(None, []), "")

    def test_a_wrong_input_is_refused_with_an_example(self):
        for text in ("{", "[]", '{"message":1}'):
            with self.subTest(text), self.assertRaisesRegex(SettingsError, 'JOB_INPUT must be .*{"message":"hello"}'):
                read_message(text, [])


if __name__ == "__main__":
    unittest.main()
