"""What is known of a dossier's citations and lists today. Pure."""

from collections.abc import Iterator
from datetime import datetime

from monitor.dossier import Citation
from monitor.model import LinkState, Role, Source, Standing, State
from reports.model import DossierView, LinkHealth, ListHealth

WORKING = frozenset({State.ALIVE, State.MOVED})


def links(view: DossierView) -> tuple[LinkHealth, ...]:
    """Tell of every citation whether it works, where, and how its address came to be known."""
    sources = {source.id: source for source in view.sources}
    names = {zone.zh: zone.en for zone in view.dossier.zones}
    return tuple(
        _link(citation, names, sources.get(name), view.standings.get(name))
        for citation in view.dossier.citations
        for name in [f"{view.dossier.id}/fn{citation.footnote:02}"]
    )


def lists(view: DossierView, since: datetime | None) -> tuple[ListHealth, ...]:
    """Tell of every list when it was seen, how many of its rows are known, and why one is off."""
    return tuple(_list(source, view, since) for source in view.sources if source.role is Role.LISTING)


def _link(
    citation: Citation, names: dict[str, str], source: Source | None, standing: Standing | None
) -> LinkHealth:
    link = standing.link if standing else LinkState()
    followed = (standing.url if standing else None) or (source.url if source else None)
    zh = citation.zone
    return LinkHealth(
        footnote=citation.footnote,
        what=names.get(zh, zh) if zh else citation.what or citation.title or "–",
        zh=zh,
        printed=citation.printed,
        url=followed if link.state in WORKING else None,
        followed=followed,
        state=link.state if followed else None,
        since=link.since,
        last_good=link.last_good,
        notes=tuple(_notes(citation, source)),
        rule=link.rule,
    )


def _notes(citation: Citation, source: Source | None) -> Iterator[str]:
    yield from citation.repairs
    if citation.because:
        yield citation.because
    if source and source.because:
        yield source.because


def _list(source: Source, view: DossierView, since: datetime | None) -> ListHealth:
    standing = view.standings.get(source.id)
    link = standing.link if standing else LinkState()
    seen = link.last_good
    return ListHealth(
        id=source.id,
        url=(standing.url if standing else None) or source.url,
        enabled=source.enabled,
        because=source.because,
        state=link.state,
        since=link.since,
        last_good=seen,
        rule=link.rule,
        read=seen is not None and (since is None or seen > since),
        rows=view.rows_known.get(source.id, 0),
        newest=view.newest_row.get(source.id),
        back_to=source.back_to,
    )
