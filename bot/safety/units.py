"""What after a number makes it a count, a date or an amount, and so no secret."""
from __future__ import annotations

import re

UNITS = re.compile(r"\s?[次年月日天号點点时分秒个位遍回级周岁元块万千百条名度%:/]|\s?(?:times?|minutes?|mins?|hours?|days?|weeks?|months?|years?|characters?|digits?|letters?|usdt|btc|eth|usd)\b", re.I)
