"""Check the audit log, or write it out with everything that is needed to check it elsewhere.

    bot audit verify [--head CHAIN]    CHAIN: what an earlier verify printed; it must still be in the log
    bot audit export > audit.jsonl     one JSON object a line
"""
from __future__ import annotations

import argparse
import json

from bot.commands import tell
from bot.commands.database import use


def arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="deed", metavar="DEED", required=True)
    verify = verbs.add_parser("verify", help="check numbers, chain, digests and head; exit code 1 when something is wrong")
    verify.add_argument("--head", metavar="CHAIN", help="the head of an earlier check: finds out a log that was cut off or made anew")
    verbs.add_parser("export", help="print every entry; that it was done is an entry, too")


def run(args: argparse.Namespace) -> int:
    use()
    from bot.desk import audit
    from bot.desk.actors import OPERATOR
    from bot.desk.ledger import AuditEntry

    if args.deed == "export":
        audit.record(OPERATOR, "audit.exported", "audit")
        for row in audit.exported():
            print(json.dumps(row, ensure_ascii=False))
        return 0
    verdict = audit.verify()
    faults = [f"entry {seq}: {what}" for seq, what in verdict.faults]
    if args.head and not AuditEntry.objects.filter(chain=args.head).exists():
        faults.append("the head given is not in this log: it was cut off or made anew")
    for fault in faults:
        tell(fault)
    print(json.dumps({"ok": not faults, "entries": verdict.entries, "erased": verdict.erased, "faults": len(faults), "head": verdict.head}))
    return 1 if faults else 0
