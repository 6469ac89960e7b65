"""Asks the larger language model."""

from __future__ import annotations

from otto.chat import Chat, messages, say_streamed
from otto.skill import Context, Reply, skill


@skill(permission="network", timeout=120)
async def openai(ctx: Context, prompt: str) -> Reply:
    """Asks GPT, a larger language model: for general questions that no other skill answers.

    Works with every server that speaks OpenAI's chat API, in the cloud or on your own machine: set model, base_url
    and, where one is needed, api_key under [chat]. For Ollama: base_url = "http://127.0.0.1:11434/v1". The answer is
    spoken sentence by sentence while it is being written.
    """
    return await say_streamed(ctx, Chat(ctx.config.chat).stream(messages("answer", prompt)))
