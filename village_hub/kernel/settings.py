"""Settings come from the environment once, at the start of a process, and never change afterwards."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path

PREFIX = "VILLAGE_HUB_"
DEVELOPMENT_SECRET = "development-only-secret"
ENVIRONMENTS = ("development", "test", "production")


class SettingsError(Exception):
    """The environment does not allow a start; the message names the variable and what to do."""


@dataclass(frozen=True)
class Settings:
    """Everything that differs between one installation and another."""

    environment: str = "production"
    secret_key: str = field(default="", repr=False)
    #: SQLAlchemy address of the database; empty means one SQLite file below `home`.
    database_url: str = field(default="", repr=False)
    #: Address of Redis or Valkey; empty means the private one that `village-hub up` starts.
    redis_url: str = field(default="", repr=False)
    #: Folder for the SQLite file, the private Valkey, mails in development and uploads under way.
    home: Path = Path("var")
    host: str = "127.0.0.1"
    port: int = 8000
    #: Proxies in front whose X-Forwarded-… headers are believed.
    proxies: int = 0
    #: Public address, used for links in mails, without a slash at the end.
    public_url: str = ""
    time_zone: str = "Asia/Seoul"
    #: `smtp://user:password@host:port`; empty means mails are written as files below `home`.
    mail_url: str = field(default="", repr=False)
    mail_from: str = "village-hub@localhost"
    #: OpenID Connect: the provider's issuer address, discovered at the first sign-in; empty switches it off.
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: str = field(default="", repr=False)
    #: What the sign-in button calls the provider.
    oidc_name: str = "OpenID"
    worker_threads: int = 4
    #: Largest file an import reads, in bytes.
    import_limit: int = 50 * 1024 * 1024

    @property
    def is_development(self) -> bool:
        return self.environment == "development"

    @property
    def database(self) -> str:
        """The database address in force."""
        return self.database_url or f"sqlite:///{(self.home / 'village_hub.sqlite3').absolute()}"

    @property
    def redis(self) -> str:
        """The Redis address in force."""
        return self.redis_url or f"unix://{(self.home / 'valkey' / 'valkey.sock').absolute()}"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """Read every `VILLAGE_HUB_…` variable; refuse unknown values and a missing secret outside development."""
        source = os.environ if environment is None else environment
        given: dict[str, object] = {}
        for each in fields(cls):
            text = source.get(PREFIX + each.name.upper())
            if text is not None:
                given[each.name] = _convert(each.name, text, type(each.default))
        settings = cls(**given)  # type: ignore[arg-type]
        return _checked(settings)


def _convert(name: str, text: str, kind: type) -> object:
    if kind is int:
        try:
            return int(text)
        except ValueError:
            raise SettingsError(f"{PREFIX}{name.upper()} must be a whole number, not {text!r}.") from None
    return Path(text) if issubclass(kind, Path) else text


def _checked(settings: Settings) -> Settings:
    if settings.environment not in ENVIRONMENTS:
        raise SettingsError(f"{PREFIX}ENVIRONMENT must be one of {', '.join(ENVIRONMENTS)}.")
    if settings.environment == "production":
        if settings.secret_key in ("", DEVELOPMENT_SECRET) or len(settings.secret_key) < 32:
            raise SettingsError(f"{PREFIX}SECRET_KEY must be set to at least 32 random characters.")
        return settings
    if settings.secret_key:
        return settings
    return replace(settings, secret_key=DEVELOPMENT_SECRET)
