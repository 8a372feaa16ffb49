"""The pages that are measured. A new page of weight gets a line here, and nothing else."""

from bench.season import Season

# What the public sees, kept until it changes; and with the yardstick's data, or less, rendered anew.
WARM = ("home", "series", "roundtable", "press archive", "press release", "calendar feed")
COLD = ("roundtable", "press release")


def pages(season: Season) -> dict[str, str]:
    """Name and address; those under ``/de/desk/`` are asked for by somebody who is signed in."""
    desk = f"/de/desk/roundtables/{season.roundtable_id}"
    return {
        "home": "/de/",
        "series": f"/de/series/{season.slug}/",
        "roundtable": f"/de/series/{season.slug}/{season.number}/",
        "press archive": "/de/press/",
        "press release": f"/de/press/{season.release}/",
        "calendar feed": f"/series/{season.slug}/calendar.ics",
        "guest: invitation": f"/de/i/{season.token}/",
        "desk: roundtable": f"{desk}/",
        "desk: invitations": f"{desk}/invitations/",
        "desk: people": "/de/desk/people/",
    }
