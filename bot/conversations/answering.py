"""What to answer to a message, by who owns the conversation: the engine's turn, the rules for waiting, or silence. Writes nothing itself."""
from __future__ import annotations

from bot.config import config
from bot.conversations import asked_field, checks, clock, dialogue, faults, outage, recent, waiting
from bot.conversations.database import run
from bot.conversations.engine import EngineClient, EngineFailed, EngineTurn, EngineUnavailable, Understanding
from bot.conversations.log import Reply
from bot.conversations.models import Conversation
from bot.conversations.sentences import say
from bot.conversations.work import Job, Outcome
from bot.desk import aftercare, wishes
from bot.dialogue import render
from bot.dialogue.expect import ALARM
from bot.dialogue.model import MAX_BUTTONS
from bot.text import neutral_slash

PERSON = (("button.human", "/human_agent"),)
EXPOSED = {"secret.seed": "seed_exposed", "secret.key": "seed_exposed"}
"""Advice about a secret -> the problem of whoever gave it away; for the others it is the account's."""


class Answering:
    """Decides; one per process."""

    def __init__(self, engine: EngineClient) -> None:
        self._engine = engine

    async def outcome(self, job: Job) -> Outcome:
        """What came of the job. Raises EngineUnavailable or EngineFailed."""
        conversation, message = job.conversation, job.message
        if message is None:
            return await checks.outcome(job)
        job = await waiting.as_pressed(job)
        message = job.message
        if message.payload.startswith(aftercare.PAYLOAD):
            return await waiting.pressed(job)
        if conversation.owner == Conversation.Owner.HUMAN:
            return await asked_field.to_person(job)
        state = dialogue.heard_in(conversation, message.text if not message.payload else "", message.edited)
        advice = [say(message.advice, dialogue.language(state))] if message.advice else []
        if message.text and not message.payload:
            advice += await run(dialogue.foreign, conversation, message.text)
        if message.only_secret:
            if conversation.owner == Conversation.Owner.BOT and message.advice:
                advice[0] = say(message.advice, dialogue.language(state), (("button.given_away", render.choose("topic", EXPOSED.get(message.advice, ALARM))), *PERSON))
            return Outcome(replies=advice, state=state, by="app", record=_record(None, state))
        if conversation.owner == Conversation.Owner.WAITING and not await waiting.goes_on(job):
            outcome = await waiting.outcome(job, await self._parsed(job, state))
        elif message.file:
            outcome = await run(dialogue.file_received, conversation, state)
        else:
            outcome = await self._about_ticket(job, state) or await self._turn(job, state)
        outcome.replies = advice + outcome.replies
        return outcome

    async def without_engine(self, job: Job) -> Outcome | None:
        """What the app can do while the engine is away: collect for a ticket, once a person was asked for. None: the message waits."""
        return await run(outage.outcome, job)

    def outage(self, job: Job) -> list[Reply]:
        """What a visitor is told, once, when the engine is away."""
        return [say("app.engine_down", _language(job), PERSON)]

    def apology(self, job: Job) -> Outcome:
        """The engine broke on this message again and again: say so and offer a person."""
        state = checks.without_check(job.conversation.state) if job.message is None else None
        return Outcome(replies=[say("app.turn_failed", _language(job), PERSON)], state=state, by="app", told_outage=False)

    async def _about_ticket(self, job: Job, state: dict) -> Outcome | None:
        """The answer to what is about a ticket put aside or closed lately, or of a number; None while a question of the bot's is open, or for anything else."""
        if job.conversation.owner != Conversation.Owner.BOT or dialogue.in_question(state):
            return None
        if not recent.names_number(job.message) and not await run(wishes.recent, job.conversation):
            return None
        return await recent.about_recent(job, await self._parsed(job, state))

    async def _turn(self, job: Job, state: dict) -> Outcome:
        message = job.message
        faults.reach("before_engine")
        turn: EngineTurn = await self._engine.turn(
            turn=job.turn_id, text=None if message.payload else neutral_slash(message.text), payload=message.payload or None,
            language=dialogue.language(state), now=clock.now().isoformat(), timezone=job.conversation.timezone or config().timezone,
            state=state, expect=dialogue.expect(state))
        faults.reach("after_engine")
        made = Outcome(
            replies=[Reply(bubble.get("text") or "", bubble.get("buttons") or []) for bubble in turn.messages],
            state=turn.state, by="engine", told_outage=False, record=_record(turn, turn.state, turn.actions))
        if job.conversation.owner == Conversation.Owner.WAITING:
            made.effect = waiting.put_aside
        if turn.intent == waiting.RECORDS and turn.decision == "act" and made.replies:
            last = made.replies[-1]
            button = say("menu", dialogue.language(turn.state), (("button.record", aftercare.payload("record")),)).buttons
            made.replies[-1] = Reply(last.text, [*button, *last.buttons][:MAX_BUTTONS])
        return made

    async def _parsed(self, job: Job, state: dict) -> Understanding | None:
        """How a message was understood; None when nobody can tell: the buttons and the log work without."""
        message = job.message
        if message.payload or message.file or not message.text.strip():
            return None
        try:
            return await self._engine.parse(text=neutral_slash(message.text), language=dialogue.language(state), now=clock.now().isoformat(),
                                            timezone=job.conversation.timezone or config().timezone)
        except (EngineUnavailable, EngineFailed):
            return None


def _language(job: Job) -> str:
    return dialogue.language(dialogue.heard_in(job.conversation, job.message.text if job.message and not job.message.payload else ""))


def _record(understood: Understanding | None, state: dict, actions: list[str] | None = None) -> dict:
    """The columns of TurnRecord."""
    known = (state.get("slots") or {}).get("dialogue") or {}
    flow = known.get("flow") or {}
    made = {"language": known.get("lang") or "", "flow": flow.get("name") or "", "step": flow.get("step") or "", "actions": actions or []}
    if understood:
        made |= {"intent": understood.intent or "", "confidence": understood.confidence, "decision": understood.decision or "",
                 "score": understood.score, "ranking": understood.ranking[:10], "queued": understood.queued}
    return made
