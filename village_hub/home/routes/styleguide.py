"""Every component on one page, with sample texts; only where the product is developed."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any

import segno
import wtforms
from flask import Flask, render_template
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from wtforms.validators import InputRequired

from village_hub.web.assets import ROOT
from village_hub.web.forms import Form
from village_hub.web.policy import policy, public

SAMPLES = Path(__file__).parents[1] / "styleguide.json"


class SampleForm(Form):
    """One field of each sort."""

    name = wtforms.StringField("이름", [InputRequired("이름을 적어 주세요.")])
    phone = wtforms.TelField("전화번호")
    password = wtforms.PasswordField("비밀번호", [InputRequired()])
    wish = wtforms.TextAreaField("무엇을 배우고 싶으세요?")
    village = wtforms.SelectField("마을", choices=["미사 별자리마을", "풍산 솔마을"])
    paper = wtforms.FileField("서류")
    consent = wtforms.BooleanField("문자로 소식을 받을게요")
    topic = wtforms.RadioField("무엇을 배울까요?", choices=[(str(each), str(each)) for each in range(10)], default="3")
    week = wtforms.SelectMultipleField("언제가 좋으세요?", choices=[], default=["tue-morning", "wed-afternoon"])
    where = wtforms.RadioField(
        "어디가 편하세요?",
        choices=[("near", "가까운 곳이면 어디든"), ("home", "우리 경로당·집 근처"), ("online", "온라인")],
        default="near",
    )


def init_app(app: Flask) -> None:
    """Answer `GET /styleguide`."""
    app.add_url_rule("/styleguide", "styleguide", policy(public)(_styleguide))


def _styleguide() -> ResponseReturnValue:
    samples: dict[str, Any] = json.loads(SAMPLES.read_text("utf-8"))
    icons = re.findall('id="([^"]+)"', (ROOT / "images" / "icons.svg").read_text("utf-8"))
    return render_template(
        "styleguide/index.html", form=SampleForm(formdata=None), icons=icons, code_svg=_code(), **samples
    )


def _code() -> Markup:
    drawing = io.BytesIO()
    code = segno.make("https://village.example/s/482915")
    code.save(drawing, kind="svg", xmldecl=False, svgns=True, scale=1, border=1, omitsize=True, dark="#000")
    return Markup(drawing.getvalue().decode())
