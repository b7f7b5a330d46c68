"""Settings of one installation, from arguments, the environment (`ALLMENDE_…`) or defaults that need no
account.
"""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from backend.kit.known_hosts import LOOPBACK, host_of, is_loopback

BUILT_PAGE = Path(__file__).resolve().parents[1] / "frontend" / "dist"


class Settings(BaseSettings):
    """Everything an operator may set. Sizes in bytes, durations in seconds."""

    model_config = SettingsConfigDict(env_prefix="ALLMENDE_", extra="ignore", frozen=True)

    home: Path = Path("allmende-home")
    api_host: str = "127.0.0.1"
    api_port: int = Field(default=8000, ge=0, le=65_535)
    # EIP-4361 `domain` that wallets show when signing in; empty: the address the API listens on
    domain: str = ""
    # further names this installation answers to, separated by commas, while it listens on this machine only
    hosts: str = ""
    # JSON-RPC of a node that contract wallets are asked through when they sign in; empty: plain keys only
    rpc_url: str = ""
    nonce_ttl_s: int = Field(default=600, ge=1, le=3_600)
    session_ttl_s: int = Field(default=7 * 86_400, ge=60, le=90 * 86_400)
    max_body_bytes: int = 1024 * 1024
    max_document_bytes: int = 64 * 1024
    # shares of proximity, reputation, availability, price and criteria in a search score; they sum to 1
    matching_weights: str = ".30,.25,.20,.15,.10"
    worker_interval_s: float = Field(default=1.0, gt=0)
    # how often the live stream looks for a new block while somebody listens, and how many may listen
    stream_interval_s: float = Field(default=0.2, gt=0)
    max_stream_clients: int = Field(default=256, ge=1)
    # relaying (`allmende serve --relayer`), in wei: paid in 24 hours for a member and for all, most per unit
    # of gas, when to raise the alarm; and most gas of one act. The sums have to fit SQLite's integers.
    relay_member_wei: int = Field(default=10**16, ge=0, le=2**62)
    relay_all_wei: int = Field(default=2 * 10**17, ge=0, le=2**62)
    relay_max_fee_wei: int = Field(default=20 * 10**9, ge=1, le=2**40)
    relay_alarm_wei: int = Field(default=5 * 10**16, ge=0)
    relay_max_gas: int = Field(default=2_000_000, ge=500_000, le=16_777_216)
    # where the built page is; none: `frontend/dist` beside the sources
    web_folder: Path | None = None

    @property
    def page_folder(self) -> Path:
        """Files of the built page; they need not be there."""
        return self.web_folder or BUILT_PAGE

    @property
    def chain_file(self) -> Path:
        """The indexer's tables; opened read-only."""
        return self.home / "chain.sqlite"

    @property
    def app_file(self) -> Path:
        """The backend's own tables."""
        return self.home / "app.sqlite"

    @property
    def content_folder(self) -> Path:
        """Blocks of the content store, named by CID."""
        return self.home / "content"

    @property
    def deployment_file(self) -> Path:
        """Addresses of the contracts this installation reads."""
        return self.home / "deployment.json"

    @property
    def sign_in_domain(self) -> str:
        """The EIP-4361 domain."""
        return self.domain or f"{self.api_host}:{self.api_port}"

    @property
    def known_hosts(self) -> frozenset[str] | None:
        """Hosts that a request may name; None: any, because whoever else is reached listens in public."""
        if not is_loopback(self.api_host):
            return None
        more = {host_of(name) for name in self.hosts.split(",") if name.strip()}
        return LOOPBACK | more | {self.api_host, host_of(self.sign_in_domain)}

    @property
    def sign_in_uri(self) -> str:
        """The EIP-4361 URI: the origin of the API."""
        local = self.sign_in_domain.split(":")[0] in {"127.0.0.1", "localhost"}
        return f"{'http' if local else 'https'}://{self.sign_in_domain}"
