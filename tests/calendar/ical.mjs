// ical.js as a reader: a calendar file (JSON string) a line in, what it says (JSON) a line out. The module is argument 1.
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const ICAL = (await import(pathToFileURL(process.argv[2]))).default;

function moment(time) {
  return time.isDate ? time.toString() : time.convertToZone(ICAL.Timezone.utcTimezone).toString();
}

function text(component, name) {
  const values = component.getAllProperties(name).flatMap((property) => property.getValues());
  return values.length ? values.map(String) : [];
}

function read(content) {
  const calendar = new ICAL.Component(ICAL.parse(content));
  // Of this file alone: the same TZID may say something else in the next one.
  ICAL.TimezoneService.reset();
  for (const zone of calendar.getAllSubcomponents("vtimezone")) ICAL.TimezoneService.register(new ICAL.Timezone(zone));
  const first = (component, name) => text(component, name)[0] ?? null;
  return {
    method: first(calendar, "method"),
    zones: calendar.getAllSubcomponents("vtimezone").map((zone) => first(zone, "tzid")),
    events: calendar.getAllSubcomponents("vevent").map((component) => {
      const event = new ICAL.Event(component);
      return {
        uid: event.uid,
        sequence: Number(first(component, "sequence") ?? 0),
        summary: event.summary,
        starts: moment(event.startDate),
        ends: moment(event.endDate),
        location: first(component, "location"),
        description: first(component, "description"),
        status: first(component, "status"),
        url: first(component, "url"),
        categories: text(component, "categories"),
        organizer: first(component, "organizer"),
        attendees: text(component, "attendee"),
        alarms: component.getAllSubcomponents("valarm").length,
      };
    }),
  };
}

for await (const line of createInterface({ input: process.stdin })) {
  let answer;
  try {
    answer = read(JSON.parse(line));
  } catch (error) {
    answer = { error: String(error) };
  }
  process.stdout.write(JSON.stringify(answer) + "\n");
}
