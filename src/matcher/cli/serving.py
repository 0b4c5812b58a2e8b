"""`matcher serve`: the HTTP service, which is a package of its own."""

from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer

from matcher.cli.words import Language, said

_SERVICE = "matcher_service.commands"


def register(app: typer.Typer, language: Language) -> None:
    """Add the command, its help in one language."""

    @app.command(help=said("help_serve", language))
    def serve(
        host: Annotated[
            str, typer.Option(help=said("help_host", language))
        ] = "127.0.0.1",
        port: Annotated[
            int, typer.Option(min=0, max=65535, help=said("help_port", language))
        ] = 8000,
        region: Annotated[
            Path | None,
            typer.Option(metavar="DATA", help=said("help_serve_region", language)),
        ] = None,
    ) -> None:
        """Serve on this machine; the settings stand in the environment."""
        # By name: the engine knows no web framework, and `lint-imports` holds that.
        import_module(_SERVICE).serve(host=host, port=port, region=region, workers=True)
