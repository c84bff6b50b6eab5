"""A real Request Tracker 5 for tests: Debian's packages on SQLite, below a folder of its own and on a free loopback port."""
from __future__ import annotations

import base64
import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

import aiohttp

SETUP = "/usr/sbin/rt-setup-database-5"
SERVER = "/usr/share/request-tracker5/libexec/rt-server"
BOT, BOT_PASSWORD = "bot", "Bot-api-1-secret"
AGENT, AGENT_PASSWORD = "xiaowang", "Agent-1-secret"
READER, READER_PASSWORD = "reader", "Reader-1-secret"
AGENT_NAME = "客服小王"
START_SECONDS = 60
CONFIG = """
Set($rtname, 'test'); Set($Organization, 'test'); Set($WebDomain, '127.0.0.1'); Set($WebPort, %(port)d); Set($WebBaseURL, 'http://127.0.0.1:%(port)d');
Set($DatabaseType, 'SQLite'); Set($DatabaseName, '%(home)s/rt5.db'); Set($LogToSTDERR, 'warning'); Set($LogToSyslog, undef);
Set($MailCommand, 'mbox'); Set($BcryptCost, 4); Set($Timezone, 'UTC'); Set($MasonDataDir, '%(home)s/mason'); Set($MasonSessionDir, '%(home)s/session');
1;
"""
DATA = """
use utf8;
@Queues = ( { Name => 'Deposits' }, { Name => 'Other' } );
@CustomFields = map { { Name => $_, Type => 'FreeformSingle', LookupType => 'RT::Queue-RT::Ticket', ApplyTo => 0, MaxValues => 1 } } qw(bot_key bot_conversation txid);
@Users = (
  { Name => '%(bot)s', Password => '%(bot_password)s', Privileged => 1, EmailAddress => 'bot@rt.test' },
  { Name => '%(agent)s', Password => '%(agent_password)s', Privileged => 1, EmailAddress => 'wang@rt.test', RealName => '%(agent_name)s' },
  { Name => '%(reader)s', Password => '%(reader_password)s', Privileged => 1, EmailAddress => 'reader@rt.test' } );
@ACL = ( ( map { { UserId => '%(reader)s', Right => $_ } } qw(SeeQueue ShowTicket) ), map { my $r = $_; map { { UserId => $_, Right => $r } } ('%(bot)s', '%(agent)s') }
  qw(SeeQueue ShowTicket ShowTicketComments CreateTicket ReplyToTicket CommentOnTicket ModifyTicket SeeCustomField ModifyCustomField OwnTicket TakeTicket) );
# Nobody reads mail here, and making it up is most of what RT does with an answer.
@Final = ( sub { my $all = RT::Scrips->new(RT->SystemUser); $all->UnLimit; while (my $one = $all->Next) { $one->SetDisabled(1) if $one->Description =~ /Notify|Autoreply/i } },
  sub { my $bot = RT::User->new(RT->SystemUser); $bot->Load('%(bot)s');
        my ($id, $message, $token) = RT::AuthToken->new(RT->SystemUser)->Create(Owner => $bot->id, Description => 'bot');
        open(my $file, '>', '%(home)s/token') or die; print $file $token; close $file } );
1;
"""


class RT:
    """One installation. `stop` and `start` are an outage."""

    def __init__(self, home: Path) -> None:
        self.home = home
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen | None = None
        self._environment = {**os.environ, "RT_SITE_CONFIG": str(home / "RT_SiteConfig.pm"), "RT_SITE_CONFIG_DIR": str(home / "empty")}

    def make(self) -> None:
        for folder in ("empty", "mason", "session"):
            (self.home / folder).mkdir(parents=True)
        (self.home / "RT_SiteConfig.pm").write_text(CONFIG % {"port": self.port, "home": self.home, "reader": READER, "reader_password": READER_PASSWORD})
        (self.home / "data").write_text(DATA % {"bot": BOT, "bot_password": BOT_PASSWORD, "agent": AGENT, "agent_password": AGENT_PASSWORD, "agent_name": AGENT_NAME,
                                                  "home": self.home, "reader": READER, "reader_password": READER_PASSWORD})
        # A database of the user's own that nobody else can touch needs no question asked.
        for action in (("--action", "init", "--skip-create"), ("--action", "insert", "--datafile", str(self.home / "data"))):
            done = subprocess.run([SETUP, *action], env=self._environment, capture_output=True, text=True, timeout=120)
            assert done.returncode == 0, done.stdout + done.stderr

    def start(self) -> None:
        with (self.home / "server.log").open("ab") as log:
            self._process = subprocess.Popen([SERVER, "--server", "Standalone", "--host", "127.0.0.1", "--port", str(self.port)],
                                             env=self._environment, stdout=log, stderr=log, start_new_session=True)
        end = time.monotonic() + START_SECONDS
        while True:
            try:
                urllib.request.urlopen(self.url + "/REST/2.0/rt", timeout=5)
            except urllib.error.HTTPError:
                return  # 401: it is there and wants credentials
            except OSError:
                assert time.monotonic() < end, (self.home / "server.log").read_text()[-3000:]
                time.sleep(0.1)

    def stop(self) -> None:
        if self._process:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    @property
    def token(self) -> str:
        """An authentication token of the bot's."""
        return (self.home / "token").read_text()

    async def agent(self, method: str, path: str, body: dict | None = None) -> dict | list:
        """What an agent does in RT."""
        credentials = "Basic " + base64.b64encode(f"{AGENT}:{AGENT_PASSWORD}".encode()).decode()
        async with aiohttp.ClientSession(headers={"Authorization": credentials}) as http, http.request(method, f"{self.url}/REST/2.0{path}", json=body) as answer:
            assert answer.status < 300, await answer.text()
            return await answer.json(content_type=None)

    async def history(self, remote: str) -> list[tuple[str, str]]:
        """(type, text) of what was said in a ticket, oldest first."""
        said = []
        found = await self.agent("GET", f"/ticket/{remote}/history?fields=Type&per_page=100")
        for item in sorted(found["items"], key=lambda each: int(each["id"])):
            if item["Type"] in ("Create", "Correspond", "Comment"):
                parts = await self.agent("GET", f"/transaction/{item['id']}/attachments")
                text = ""
                for part in parts["items"]:
                    one = await self.agent("GET", f"/attachment/{part['id']}")
                    if one["ContentType"].startswith("text/") and not one.get("Filename"):
                        text += base64.b64decode(one["Content"]).decode()
                said.append((item["Type"], text))
        return said


def here() -> bool:
    return shutil.which(SETUP) is not None and Path(SERVER).exists()
