"""Real sends to servers on loopback: what arrives, what a refusal says, and what is never said."""

import logging
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import pytest
from postbox import Mailbox, Webhook, free_port

from monitor.messages import Message, MessageState, Text
from scheduler.channels import LARGEST, MAIL_HEADER, WEB_HEADER, Service
from scheduler.outbox import NotSent

NOW = datetime(2026, 12, 1, 4, tzinfo=UTC)
SECRET = "tokenTHATnobodyMAYsee"


def message(title: str = "zonewatch：新试验区 1（广州）", body: str = "■ 新试验区\n\nF1  广州") -> Message:
    return Message(7, "mail", "0a1b", Text(title, body, (1,)), NOW, MessageState.SENDING, 1, NOW)


def refusal(address: str) -> str:
    with pytest.raises(NotSent) as caught:
        Service(address).send(message())
    said = str(caught.value)
    assert said and "\n" not in said
    return said


def test_a_mail_arrives_with_its_title_text_and_token_in_plain_unicode() -> None:
    box = Mailbox()
    with box.up():
        Service(box.address).send(message())
    (mail,) = box.post
    assert mail["Subject"] == "zonewatch：新试验区 1（广州）"
    assert mail["To"] == "analyst@example.org" and "zw@example.org" in mail["From"]
    assert mail.get_content_type() == "text/plain"
    assert mail.get_content().split() == ["■", "新试验区", "F1", "广州", "zonewatch", "M7"]
    assert mail[MAIL_HEADER] == "0a1b"
    assert mail.get_all("Message-ID") is not None and len(mail.get_all("Message-ID") or []) == 1


def test_a_webhook_gets_title_text_and_token() -> None:
    hook = Webhook()
    with hook.up():
        Service(hook.address).send(message())
    ((headers, body),) = hook.posted
    assert (body["title"], body["message"].split("\n")[0]) == ("zonewatch：新试验区 1（广州）", "■ 新试验区")
    assert headers[WEB_HEADER] == "0a1b"
    assert headers["User-Agent"] == "zonewatch"


def test_the_token_of_each_message_is_its_own() -> None:
    hook = Webhook()
    with hook.up():
        service = Service(hook.address)
        for token in ("one", "two"):
            service.put("t", "b", token)
    assert [headers[WEB_HEADER] for headers, _ in hook.posted] == ["one", "two"]


def test_a_server_that_is_down_is_a_refusal_with_the_reason() -> None:
    assert "Connection refused" in refusal(Mailbox().address)
    assert "Connection refused" in refusal(Webhook().address)


def test_a_mail_server_that_says_no_is_a_refusal() -> None:
    box = Mailbox(refuse="552 5.2.2 the mailbox is full")
    with box.up():
        assert refusal(box.address)
    assert box.post == []


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")  # it never leaves loopback
def test_a_wrong_password_is_a_refusal_that_does_not_name_it() -> None:
    box = Mailbox(password=b"right")
    with box.up():
        Service(box.address).send(message())
        said = refusal(box.address.replace("right", SECRET))
    assert SECRET not in said
    assert len(box.post) == 1


@pytest.mark.parametrize("status", [301, 400, 401, 404, 429, 500, 503])
def test_a_webhook_that_answers_with_anything_but_success_is_a_refusal(status: int) -> None:
    hook = Webhook(status=status, headers={"Location": "/elsewhere"})
    with hook.up():
        assert str(status) in refusal(hook.address)


@pytest.mark.parametrize(
    ("address", "answer"),
    [
        (f"wecombot://{SECRET}", b'{"errcode":93000,"errmsg":"invalid webhook url"}'),
        (f"dingtalk://{SECRET}", b'{"errcode":310000,"errmsg":"keywords not in content"}'),
        (f"feishu://{SECRET}", b'{"code":19001,"msg":"param invalid"}'),
    ],
)
def test_a_robot_that_refuses_under_an_http_200_is_heard(
    address: str, answer: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    hook = Webhook(answer=answer)
    with hook.up():
        with pytest.raises(NotSent, match=r"refused with code .*(invalid|keywords)"):
            standing_at(address, f"http://127.0.0.1:{hook.port}/robot", monkeypatch).send(message())
        hook.answer = b'{"errcode":0,"errmsg":"ok","code":0,"StatusCode":0}'
        standing_at(address, f"http://127.0.0.1:{hook.port}/robot", monkeypatch).send(message())
    assert len(hook.posted) == 2


@pytest.mark.parametrize(
    ("copied", "kind"),
    [
        (
            "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9",
            "WeCom Bot",
        ),
        ("https://open.feishu.cn/open-apis/bot/v2/hook/0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9", "Feishu"),
        (
            "https://open.larksuite.com/open-apis/bot/v2/hook/0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9",
            "Lark (Feishu)",
        ),
        ("https://oapi.dingtalk.com/robot/send?access_token=0a1b2c3d4e5f", "DingTalk"),
    ],
)
def test_a_robots_address_is_taken_as_its_house_gives_it(copied: str, kind: str) -> None:
    assert Service(copied).kind == kind


def test_another_page_of_such_a_house_is_no_robot() -> None:
    assert refusal("https://open.feishu.cn/open-apis/bot/v2/hook/")
    assert refusal("https://oapi.dingtalk.com/robot/send?access_token=a&to=b")


def standing_at(address: str, url: str, monkeypatch: pytest.MonkeyPatch) -> Service:
    """A robot's service whose house is ours; the braces of its own address are not filled in."""
    service = Service(address)
    monkeypatch.setattr(service._service, "api_url", url, raising=False)
    monkeypatch.setattr(type(service._service), "notify_url", url)
    return service


@pytest.mark.parametrize(
    "address",
    [
        "", "mail", "nonsense://x", "mailto://", "wecombot://", "slack://only-one-token",
        "file:///etc/passwd", "https://", "x" * 5000,
    ],
)  # fmt: skip
def test_an_address_that_is_none_is_refused_before_anything_is_sent(address: str) -> None:
    assert refusal(address)


@pytest.mark.parametrize(
    "address",
    [
        f"json://user:{SECRET}@127.0.0.1:{{port}}/hook",
        f"json://127.0.0.1:{{port}}/{SECRET}",
        f"json://127.0.0.1:{{port}}/?+Authorization={SECRET}",
        f"mailto://user:{SECRET}@127.0.0.1:{{port}}/?from=a@example.org&to=b@example.org",
        f"mailto://user:{quote(SECRET + '/@')}@127.0.0.1:{{port}}/?from=a@example.org&to=b@example.org",
        f"ntfy://{SECRET}@127.0.0.1:{{port}}/topic",
        f"slack://{SECRET}",
        f"nonsense://{SECRET}/{SECRET}",
        SECRET,
    ],
)
def test_no_secret_of_an_address_is_in_a_reason_or_a_log(
    address: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    said = refusal(address.format(port=free_port()))
    out, err = capfd.readouterr()
    assert SECRET not in said + out + err + caplog.text


def test_a_secret_is_in_no_log_of_a_message_that_was_taken(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    hook = Webhook()
    with hook.up():
        Service(f"json://user:{SECRET}@127.0.0.1:{hook.port}/{SECRET}?+X={SECRET}").send(message())
    assert len(hook.posted) == 1
    assert SECRET not in caplog.text


def test_what_apprise_logs_stays_with_us_and_its_logger_is_as_before(
    caplog: pytest.LogCaptureFixture,
) -> None:
    logger = logging.getLogger("apprise")
    before = (logger.level, logger.propagate, logger.handlers[:])
    caplog.set_level(logging.DEBUG)
    refusal(Webhook().address)
    assert [record for record in caplog.records if record.name == "apprise"] == []
    assert (logger.level, logger.propagate, logger.handlers) == before


def test_a_channel_says_how_much_it_takes() -> None:
    assert Service("wecombot://abcdefgh").limit == 2048
    assert Service(Mailbox().address).limit == LARGEST


def test_nothing_is_kept_on_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "APPDATA"):
        monkeypatch.setenv(name, str(tmp_path))
    hook = Webhook()
    with hook.up():
        Service(hook.address).send(message())
    assert [*tmp_path.rglob("*")] == []
