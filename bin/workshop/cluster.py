"""The private PostgreSQL cluster: on a Unix socket only, in ``.data/``, never as root.

PostgreSQL refuses to run as root, so root acts as the owner of the cluster's folder (``postgres`` for a new one) with
``setpriv``. What ``pg_ctl status`` says after a kill is not true; we ask ``pg_isready``.
"""

import contextlib
import hashlib
import os
import pwd
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from workshop.steps import DATA, FULL_DISK, Refusal, run, say, write_whole

ROLE = DATABASE = "ocopmap"
PORT = 5432  # only the name of the socket: nothing listens on the network
SOCKET_LIMIT_BYTES = 107
REJECTING = 1  # pg_isready: the server is there but takes no connections yet
ADDRESS_FILE = DATA / "database.url"  # read by the settings
MEMORY_LIMIT = Path("/sys/fs/cgroup/memory.max")


def _shared_buffers_mib() -> int:
    """Return the memory that PostgreSQL keeps pages in: a sixteenth of the machine's or container's, 128 MiB to 1 GiB.

    With less than what is read often (about 1.5 kB a place) each page is copied from the system again and again.
    """
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    with contextlib.suppress(OSError, ValueError):  # "max": no limit
        memory = min(memory, int(MEMORY_LIMIT.read_text()))
    return max(128, min(1024, memory // 2**24))


OPTIONS = {
    "listen_addresses": "''",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "shared_buffers": f"{_shared_buffers_mib()}MB",
    "effective_cache_size": "1GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "256MB",
    "max_wal_size": "2GB",
    "random_page_cost": "1.1",
    "jit": "off",
    "client_connection_check_interval": "5s",  # a killed program's statement ends with it
}


@dataclass(frozen=True)
class Cluster:
    """Where a cluster lives, whose programs run it, and as whom."""

    home: Path
    run: Path
    programs: Path
    user: str  # "" = the one who runs this

    @property
    def data(self) -> Path:
        """The data folder."""
        return self.home / "postgres"

    @property
    def log(self) -> Path:
        """The server's log."""
        return self.home / "postgres.log"

    @property
    def address(self) -> str:
        """The address for ``DATABASE_URL``."""
        return f"postgis://{ROLE}@/{DATABASE}?host={quote(str(self.run), safe='')}"

    def command(self, program: str, *arguments: str | Path) -> list[str]:
        """Return the command line of one of PostgreSQL's programs, run as the right user."""
        line = [str(self.programs / program), *map(str, arguments)]
        return [*as_user(self.user), *line] if self.user else line

    def ready(self) -> bool:
        """Tell whether the server answers."""
        asked = self.command("pg_isready", "-q", "-h", self.run, "-p", str(PORT))
        return subprocess.run(asked, capture_output=True, check=False, cwd="/").returncode == 0

    def psql(self, sql: str, database: str = "postgres") -> str:
        """Run one statement and return its bare result."""
        flags = ["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-U", ROLE, "-d", database, "-c", sql]
        doing = "asking the database"
        return run(self.command("psql", "-h", self.run, "-p", str(PORT), *flags), doing, cwd=Path("/")).strip()


def as_user(user: str) -> list[str]:
    """Return the prefix that makes root act as somebody else."""
    return ["setpriv", f"--reuid={user}", f"--regid={pwd.getpwnam(user).pw_gid}", "--init-groups", "--"]


def find() -> Cluster:
    """Decide where the cluster lives. Raises Refusal."""
    programs = _programs()
    DATA.mkdir(parents=True, exist_ok=True)
    home, user = DATA, ""
    mark = hashlib.sha256(str(DATA).encode()).hexdigest()[:12]
    if os.geteuid() == 0:
        user = _owner(DATA / "postgres") or "postgres"
        if not _reaches(user, DATA):  # for example a checkout below /root
            home = Path("/var/lib/ocopmap") / mark
            home.mkdir(parents=True, exist_ok=True)
            user = _owner(home / "postgres") or "postgres"
    elif (DATA / "postgres").exists() and not os.access(DATA / "postgres", os.R_OK | os.W_OK | os.X_OK):
        owner = _owner(DATA / "postgres")
        raise Refusal(f"{DATA / 'postgres'} belongs to {owner}: run this as root again, or remove the folder {DATA}")
    run_folder = home / "run"
    if len(os.fsencode(run_folder / f".s.PGSQL.{PORT}")) > SOCKET_LIMIT_BYTES:
        run_folder = Path("/tmp") / f"ocopmap-{user or os.geteuid()}-{mark}"
    return Cluster(home, run_folder, programs, user)


def _programs() -> Path:
    """Return the folder of the newest installed PostgreSQL that has PostGIS."""
    found = sorted(
        (int(control.parts[-3]), Path("/usr/lib/postgresql") / control.parts[-3] / "bin")
        for control in Path("/usr/share/postgresql").glob("*/extension/postgis.control")
    )
    usable = [folder for _, folder in found if (folder / "postgres").exists()]
    if not usable:
        raise Refusal("PostgreSQL with PostGIS is not installed (apt-get install postgresql-postgis)")
    return usable[-1]


def _owner(path: Path) -> str | None:
    try:
        return pwd.getpwuid(path.stat().st_uid).pw_name
    except (FileNotFoundError, KeyError):
        return None


def _reaches(user: str, folder: Path) -> bool:
    return subprocess.run([*as_user(user), "test", "-x", str(folder)], check=False).returncode == 0


def start(cluster: Cluster) -> bool:
    """Make the cluster if there is none and start it if it doesn't answer; tells whether we started it."""
    started = False
    if not cluster.ready():
        _own_folder(cluster, cluster.run)
        if not (cluster.data / "PG_VERSION").exists():
            _make(cluster)
        _check_version(cluster)
        _start(cluster)
        started = True
    if not cluster.psql(f"SELECT 1 FROM pg_database WHERE datname = '{DATABASE}'"):
        cluster.psql(f"CREATE DATABASE {DATABASE}")
    write_whole(ADDRESS_FILE, cluster.address)
    return started


def stop(cluster: Cluster) -> None:
    """Stop the server, letting it write everything down."""
    subprocess.run(
        cluster.command("pg_ctl", "stop", "-D", cluster.data, "-m", "fast", "-w", "-t", "30"),
        capture_output=True,
        check=False,
        cwd="/",
    )


def _own_folder(cluster: Cluster, folder: Path) -> None:
    if folder.is_symlink():  # below /tmp anybody could have put it there, for root to give away what it leads to
        raise Refusal(f"{folder} leads elsewhere; remove it")
    folder.mkdir(parents=True, exist_ok=True)
    wanted = pwd.getpwnam(cluster.user).pw_uid if cluster.user else os.geteuid()
    if os.geteuid() == 0:
        os.chown(folder, wanted, -1, follow_symlinks=False)
    elif folder.lstat().st_uid != wanted:
        raise Refusal(f"{folder} belongs to somebody else; remove it")
    folder.chmod(0o700)


def _make(cluster: Cluster) -> None:
    """Make a new cluster beside its final place, so that a half-made one is never taken for a whole one."""
    say(f"making the database in {cluster.data}")
    unfinished = cluster.home / "postgres.new"
    shutil.rmtree(unfinished, ignore_errors=True)
    _own_folder(cluster, unfinished)
    options = ["-U", ROLE, "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"]
    run(cluster.command("initdb", "-D", unfinished, *options), "making the database", cwd=Path("/"))
    shutil.rmtree(cluster.data, ignore_errors=True)
    unfinished.rename(cluster.data)


def _check_version(cluster: Cluster) -> None:
    made_by = (cluster.data / "PG_VERSION").read_text().strip()
    if made_by != cluster.programs.parent.name:
        raise Refusal(
            f"{cluster.data} was made by PostgreSQL {made_by}, installed is {cluster.programs.parent.name}: "
            f"install postgresql-{made_by}-postgis-3, or move the data with pg_upgrade"
        )


def _start(cluster: Cluster) -> None:
    _forget_dead_server(cluster)
    if cluster.ready():
        return
    settings = [f"-c {name}={value}" for name, value in OPTIONS.items()]
    settings.append(f"-c unix_socket_directories='{cluster.run}'")
    cluster.log.touch()
    if cluster.user:
        shutil.chown(cluster.log, cluster.user)
    command = cluster.command("pg_ctl", "start", "-D", cluster.data, "-l", cluster.log, "-w", "-t", "120", "-s")
    command += ["-o", " ".join(settings)]
    # Right after a kill, orphans of the old server may hold its memory for some seconds.
    for attempt in range(10):
        before = cluster.log.stat().st_size
        done = subprocess.run(
            command,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            check=False,
        )
        if done.returncode == 0 and cluster.ready():
            return
        with cluster.log.open("rb") as log:
            log.seek(before)
            said = log.read().decode(errors="replace")
        if any(sign in said for sign in FULL_DISK):
            raise Refusal("the disk is full: the database can't start; free some space and run it again")
        if attempt < 9 and ("still in use" in said or "is running" in said or "already exists" in said):
            time.sleep(2)
            continue
        break
    lines = [line for line in said.splitlines() if "FATAL" in line or "PANIC" in line or "ERROR" in line]
    reason = lines[-1].split(": ", 1)[-1].strip() if lines else "no reason given"
    raise Refusal(f"the database did not start: {reason} (log: {cluster.log})")


def _forget_dead_server(cluster: Cluster) -> None:
    """Remove the pid file of a server that is gone, also when its number now belongs to another process."""
    pid_file = cluster.data / "postmaster.pid"
    try:
        pid = int(pid_file.read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return
    try:
        if Path(f"/proc/{pid}/cwd").resolve(strict=True) == cluster.data.resolve():
            _end_stuck_server(cluster, pid)
            return
    except OSError:
        pass  # no such process, or not ours to look at
    pid_file.unlink(missing_ok=True)


def _end_stuck_server(cluster: Cluster, pid: int) -> None:
    """Wait for a server that is starting, recovering or stopping; end one that says nothing for 15 seconds."""
    silent = 0
    while Path(f"/proc/{pid}").exists() and not cluster.ready():
        time.sleep(1)
        answer = subprocess.run(
            cluster.command("pg_isready", "-q", "-h", cluster.run, "-p", str(PORT)), check=False, cwd="/"
        ).returncode
        silent = 0 if answer == REJECTING else silent + 1
        if silent == 15:
            os.kill(pid, signal.SIGQUIT)
        elif silent == 30:
            raise Refusal(f"the database process {pid} doesn't answer and doesn't end; end it by hand (kill -9 {pid})")
