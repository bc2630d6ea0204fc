"""Fails on a known vulnerability; says so honestly when no advisory database could be reached.

pip-audit itself reports "no known vulnerabilities" also after having audited nothing.
"""

import json
import subprocess
import sys

done = subprocess.run(
    [
        sys.executable,
        "-m",
        "pip_audit",
        "-r",
        "requirements.txt",
        "--disable-pip",
        "-f",
        "json",
        "--timeout",
        "5",
    ],
    capture_output=True,
    text=True,
    check=False,
)
try:
    found = json.loads(done.stdout)["dependencies"]
except (ValueError, KeyError):
    print("   no advisory database could be reached: nothing was audited")
    sys.exit(0)
audited = [package for package in found if "skip_reason" not in package]
vulnerable = [package for package in audited if package["vulns"]]
if not audited:
    print(f"   no advisory database could be reached: none of {len(found)} packages was audited")
    sys.exit(0)
print(f"   {len(audited)} of {len(found)} packages audited, {len(vulnerable)} with known vulnerabilities")
for package in vulnerable:
    print(f"   {package['name']} {package['version']}: {', '.join(v['id'] for v in package['vulns'])}")
sys.exit(1 if vulnerable else 0)
