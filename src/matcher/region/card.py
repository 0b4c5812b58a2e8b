"""The card of a synthetic region: what it is, from which seed, with digests."""

from dataclasses import asdict, dataclass

from matcher.region.params import RegionParams

AS_OF = "2026-08-24"
"""Day on which the region is looked at; its decisions are older."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableCard:
    """One written table: file name, rows below the header, SHA-256."""

    file: str
    num_rows: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionCard:
    """What was generated, and from what."""

    name: str
    extent: str
    learners: int
    seed: int
    params: RegionParams
    num_trainings: int
    tables: tuple[TableCard, ...]

    def to_toml(self) -> str:
        """Text of `dataset.toml`."""
        knobs = [
            f"{key} = {value}"
            for key, value in asdict(self.params).items()
            if value is not None
        ]
        digests = [f'"{t.file}" = "{t.sha256}"' for t in self.tables]
        counts = [f'"{t.file}" = {t.num_rows}' for t in self.tables]
        head = [
            f'name = "{self.name}"',
            f"as_of = {AS_OF}",
            "synthetic = true",
            f"seed = {self.seed}",
            f"learners = {self.learners}",
            f'extent = "{self.extent}"',
            f"trainings = {self.num_trainings}",
            'postcodes = "Postal code data (c) GeoNames (geonames.org), CC BY 4.0, '
            'converted by zauberware, modified."',
        ]
        parts = [
            head,
            ["[params]", *knobs],
            ["[rows]", *counts],
            ["[sha256]", *digests],
        ]
        return "\n\n".join("\n".join(part) for part in parts) + "\n"

    def summary(self) -> str:
        """Return one line per table, for a terminal."""
        lines = [f"{self.name}, seed {self.seed}"]
        lines += [f"{table.num_rows:>9} {table.file}" for table in self.tables]
        return "\n".join(lines)
