"""Letters that come back, and what programs and people write to the reply mailbox."""

from datetime import datetime

from tests.mail.replies import head

BOUNDARY = 'Content-Type: multipart/report; report-type=delivery-status; boundary="r"\r\n\r\n'


def returned(
    message_id: str,
    recipient: str,
    at: datetime,
    *,
    action: str = "failed",
    status: str = "5.1.1",
    said: str = "550 5.1.1 no such mailbox here",
) -> bytes:
    """In the standard way (RFC 3464); without ``message_id`` the server returned no headers of ours."""
    sent_back = (
        "--r\r\nContent-Type: text/rfc822-headers\r\n\r\nFrom: roundtable@lindenau.example\r\n"
        f"Message-ID: {message_id}\r\n\r\n"
        if message_id
        else ""
    )
    return (
        head(
            "Mail Delivery System <MAILER-DAEMON@mx.organisation.example>",
            "roundtable@lindenau.example",
            "Undelivered Mail Returned to Sender",
            at,
            "Return-Path: <>",
            "Auto-Submitted: auto-replied",
        )
        + BOUNDARY
        + "--r\r\nContent-Type: text/plain\r\n\r\nThis is the mail system. Your message could not be delivered.\r\n"
        "--r\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.organisation.example\r\n\r\n"
        f"Final-Recipient: rfc822; {recipient}\r\nOriginal-Recipient: rfc822;{recipient}\r\nAction: {action}\r\n"
        f"Status: {status}\r\nDiagnostic-Code: smtp; {said}\r\n\r\n" + sent_back + "--r--\r\n"
    ).encode()


def returned_in_own_words(message_id: str, at: datetime) -> bytes:
    return (
        head("Postmaster <postmaster@alt.example>", "roundtable@lindenau.example", "failure notice", at)
        + "Content-Type: text/plain; charset=utf-8\r\n\r\nHi. I was not able to deliver your message. Sorry.\r\n"
        f"--- Below this line is a copy.\r\nMessage-ID: {message_id}\r\n"
    ).encode()


def out_of_office(sender: str, at: datetime, *marks: str) -> bytes:
    marks = marks or ("Auto-Submitted: auto-replied",)
    return (
        head(sender, "antwort@lindenau.example", "Abwesenheitsnotiz: Einladung", at, *marks)
        + "Content-Type: text/plain; charset=utf-8\r\n\r\nIch bin bis Montag nicht im Hause.\r\n"
    ).encode()


def written(sender: str, at: datetime, subject: str = "Eine Frage", body: str = "Ist der Eingang stufenlos?") -> bytes:
    return (
        head(sender, "antwort@lindenau.example", subject, at)
        + f"Content-Type: text/plain; charset=utf-8\r\n\r\n{body}\r\n"
    ).encode()


def in_winmail(sender: str, at: datetime) -> bytes:
    return (
        head(sender, "antwort@lindenau.example", "Zugesagt: Runder Tisch", at)
        + 'Content-Type: application/ms-tnef; name="winmail.dat"\r\nContent-Transfer-Encoding: base64\r\n'
        'Content-Disposition: attachment; filename="winmail.dat"\r\n\r\neJ8+IgAAAAA=\r\n'
    ).encode()


def in_html(sender: str, at: datetime) -> bytes:
    return (
        head(sender, "antwort@lindenau.example", "=?utf-8?q?Gr=C3=BC=C3=9Fe?= <b>fett</b>", at)
        + 'Content-Type: multipart/mixed; boundary="m"\r\n\r\n--m\r\nContent-Type: text/html; charset=utf-8\r\n\r\n'
        '<html><head><meta http-equiv="refresh" content="0;url=https://boese.example/"><script>alert(1)</script></head>'
        '<body onload="x()"><p>Guten Tag,</p><p>ich komme <b>gern</b>.</p><img src="https://boese.example/pixel.gif">'
        '<a href="https://boese.example/">hier</a></body></html>\r\n'
        "--m\r\nContent-Type: text/html\r\nContent-Disposition: attachment; filename*=utf-8''..%2FM%C3%BCll.html\r\n"
        "\r\n<script>alert(2)</script>\r\n--m--\r\n"
    ).encode()
