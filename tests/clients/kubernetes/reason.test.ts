import { ApiException } from "@kubernetes/client-node";
import { describe, expect, it } from "vitest";
import { reasonOf } from "../../../clients/kubernetes/reason.ts";

/** An API server's answer as the client library throws it. */
const answer = (code: number, body: unknown): Error =>
  new ApiException(code, "Unknown API Status Code!", body, {});

const status = { kind: "Status", message: 'pods is forbidden: User "me" cannot list it' };

describe("the reason of a failure is one line:", () => {
  it.each([
    ["the API server's sentence", answer(403, JSON.stringify(status)), status.message],
    ["the same from an object", answer(403, status), status.message],
    ["all of a sentence that has lines", answer(422, { message: "a:\n  b" }), "a: b"],
    ["what was said in plain words", answer(404, "404 page not found\n"), "404 page not found"],
    ["the status where nothing was said", answer(401, undefined), "HTTP 401 Unauthorized"],
    ["the status of a proxy's page", answer(502, "<html>\n</html>"), "HTTP 502 Bad Gateway"],
    [
      "the innermost cause",
      new TypeError("fetch failed", { cause: new Error("connect ECONNREFUSED") }),
      "connect ECONNREFUSED",
    ],
    [
      "that of the first address of a name",
      new TypeError("fetch failed", {
        cause: new AggregateError([new Error("connect ::1"), new Error("connect 127.0.0.1")]),
      }),
      "connect ::1",
    ],
    [
      "what a web socket's event is about",
      { error: new Error("Unexpected 403") },
      "Unexpected 403",
    ],
    [
      "that it took too long",
      AbortSignal.abort(new DOMException("", "TimeoutError")).reason,
      "no answer in time",
    ],
    ["the first line of anything else", new Error("\nno pods\nat x"), "no pods"],
    ["what was thrown", "x", "x"],
  ])("%s", (_, error: unknown, reason) => {
    expect(reasonOf(error)).toBe(reason);
  });
});
