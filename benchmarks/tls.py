"""The proxy of docs/deploy before `portal serve`, scanned by sslyze: C9.

    PYTHONPATH=. .venv/bin/python benchmarks/tls.py --sslyze FOLDER/bin/sslyze [--mozilla modern]

sslyze is no dependency: put it into an environment of its own (`python3 -m venv FOLDER`, then `FOLDER/bin/pip install sslyze`).
nginx must be on the machine. The certificate is made for this run. Exit 1 where sslyze finds anything beside that.
"""

import argparse
import json
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from tests.support import proxy
from tests.support.processes import ROOT, environment, free_port, portal, running, wait_for

OLD = ("ssl_2_0_cipher_suites", "ssl_3_0_cipher_suites", "tls_1_0_cipher_suites", "tls_1_1_cipher_suites")
NEW = ("tls_1_2_cipher_suites", "tls_1_3_cipher_suites")


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--sslyze", type=Path, required=True)
    asked.add_argument("--mozilla", default="intermediate", choices=("intermediate", "modern"))
    options = asked.parse_args()
    if proxy.program() is None:
        print("not run: nginx is not on this machine")
        return 2
    with tempfile.TemporaryDirectory() as name:
        folder, port = Path(name), free_port()
        folder.chmod(0o755)
        instance = folder / "instance"
        instance.mkdir(mode=0o700)
        (instance / "geography").symlink_to(ROOT / ".pytest_cache" / "geography", target_is_directory=True)
        site = f"https://{proxy.NAME}"
        env = environment(instance, PORTAL_BASE_URL=site, PORTAL_TRUSTED_PROXIES="1")
        portal("upgrade", env=env)
        log = folder / "serve.log"
        with running("serve", "--port", str(port), env=env, log=log) as process:
            wait_for(f"http://127.0.0.1:{port}/healthz", process, log)
            with proxy.started(folder, port) as here:
                found = _scanned(options.sslyze, options.mozilla, here, folder)
    for line in found:
        print(line)
    print("kept: nothing above low is found" if not found else f"MISSED: {len(found)} findings")
    return 1 if found else 0


def _scanned(program: Path, mozilla: str, here: proxy.Proxy, folder: Path) -> list[str]:
    """What sslyze finds, the authority aside that nobody knows."""
    told = folder / "scan.json"
    command = [str(program), f"{proxy.NAME}:{here.port}{{127.0.0.1}}", f"--certinfo_ca_file={here.authority}"]
    command += [f"--mozilla_config={mozilla}", f"--json_out={told}", "--http_headers", "--early_data"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if not told.is_file():
        return [done.stderr[-2000:] or done.stdout[-2000:]]
    results = json.loads(told.read_text())["server_scan_results"][0]
    if results["scan_result"] is None:
        return [f"not scanned: {results['connectivity_error_trace']}"]
    said = done.stdout[done.stdout.find("COMPLIANCE") :]
    print(said.strip())
    return [*_findings(results["scan_result"]), *_not_compliant(said)]


def _findings(scan: dict[str, Any]) -> list[str]:
    unknown = [name for name, one in scan.items() if one["result"] is None and one["status"] != "NOT_SCHEDULED"]
    if unknown:
        return [f"{name}: {scan[name]['error_reason']}" for name in unknown]
    result = {name: one["result"] for name, one in scan.items()}
    found = [f"{name} is spoken" for name in OLD if result[name]["accepted_cipher_suites"]]
    found += [f"{name} is not spoken" for name in NEW if not result[name]["accepted_cipher_suites"]]
    found += ["Heartbleed"] if result["heartbleed"]["is_vulnerable_to_heartbleed"] else []
    found += ["CCS injection"] if result["openssl_ccs_injection"]["is_vulnerable_to_ccs_injection"] else []
    found += [] if result["robot"]["robot_result"].startswith("NOT_VULNERABLE") else ["ROBOT"]
    found += ["compression"] if result["tls_compression"]["supports_compression"] else []
    renegotiation = result["session_renegotiation"]
    found += [] if renegotiation["supports_secure_renegotiation"] else ["renegotiation is not secure"]
    found += ["renegotiation by clients"] if renegotiation["is_vulnerable_to_client_renegotiation_dos"] else []
    found += ["early data"] if result["tls_1_3_early_data"]["supports_early_data"] else []
    found += [] if result["tls_fallback_scsv"]["supports_fallback_scsv"] else ["no fallback SCSV"]
    transport = result["http_headers"]["strict_transport_security_header"]
    if not transport or transport["max_age"] < 31_536_000:
        found.append(f"Strict-Transport-Security: {transport}")
    return found


def _not_compliant(said: str) -> list[str]:
    """What is not as Mozilla advises; what is told of the certificate itself is of this run's making."""
    lines = [line.strip(" *") for line in said.splitlines() if line.strip().startswith("* ")]
    return [line for line in lines if not line.startswith("certificate")]


if __name__ == "__main__":
    raise SystemExit(main())
