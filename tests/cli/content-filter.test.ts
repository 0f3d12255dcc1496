import { describe, expect, it } from "vitest";
import { filterOf } from "../../cli/content/filter.ts";
import { contentNameOf } from "../../cli/content/input.ts";

const kept = [
  { name: "order", type: "workflow" },
  { name: "order-7", type: "template" },
  { name: "orders", type: "namespace" },
  { name: "nightly", type: "schedule" },
] as const;

describe("a filter", () => {
  it.each([
    ["type=workflow", ["order"]],
    ["name=order", ["order"]],
    ["name=order*", ["order", "order-7", "orders"]],
    ["name=*r*s", ["orders"]],
    ["name=*", ["order", "order-7", "orders", "nightly"]],
    ["type=template AND name=order*", ["order-7"]],
    ["  name = 'order*'  and  type=\"namespace\" ", ["orders"]],
    ["name=order* AND name=*7 AND type=template", ["order-7"]],
    ["type=workflow AND type=schedule", []],
  ])("%s lets pass what it says", (text, names) => {
    expect(kept.filter(filterOf(text)).map(({ name }) => name)).toEqual(names);
  });

  it.each([
    ["", "At position 1 there must be type or name."],
    ["  ", "At position 3 there must be type or name."],
    ["kind=workflow", "At position 1 there must be type or name."],
    ["types=workflow", "At position 1 there must be type or name."],
    ["type", "At position 5 there must be a =."],
    ["type:workflow", "At position 5 there must be a =."],
    ["type=", "At position 6 there must be a value."],
    [
      "type=workflows",
      "At position 6 there must be one of workflow, namespace, schedule, template.",
    ],
    ["name='order", "At position 6 there must be the end of the quotes."],
    ["name=''", "At position 6 there must be a name of lower-case letters"],
    ["name=Order", "At position 6 there must be a name of lower-case letters"],
    ["name=order.*", "At position 6 there must be a name of lower-case letters"],
    ["name=order OR type=workflow", "At position 12 there must be AND."],
    ["name=order AND", "At position 15 there must be type or name."],
    ["name=order ANDtype=workflow", "At position 12 there must be AND."],
    ["name='order'x", "At position 13 there must be AND."],
  ])("%j is refused with the place of its fault", (text, line) => {
    expect(() => filterOf(text)).toThrow(line);
  });
});

describe("a name of content", () => {
  it.each(["a", "7", "order-7", "x".repeat(63)])("may be %s", (name) => {
    expect(contentNameOf(name)).toBe(name);
  });

  it.each(["", "Order", "a_b", "a.b", "-a", "a-", "..", "a/b", "ü", "x".repeat(64)])(
    "is not %j",
    (name) => {
      expect(() => contentNameOf(name)).toThrow(
        "It must be at most 63 lower-case letters, digits and dashes, with no dash at its ends.",
      );
    },
  );
});
