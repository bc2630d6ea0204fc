"""Which browser there is, how it is started, and the three screens pages are judged on."""

import shutil

CHROMIUM = next(
    (p for name in ("chromium", "chromium-browser", "google-chrome") if (p := shutil.which(name))), ""
)
# As root the sandbox cannot start; the rest keeps the browser off the network.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--font-render-hinting=none",
]
DESKTOP, TABLET, PHONE = (1440, 900), (1024, 768), (390, 844)
