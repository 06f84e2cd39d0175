// Where providers tell us about money. The message is stored as it came and committed, then
// answered; what it says is read later (jobs/inbox), so nothing in it can stand between it and the
// disk.
#include "http/api.hpp"
#include "usecases/inbox.hpp"

namespace mnara::http::api {

namespace {

using usecases::InboxKind;

std::string_view name_of(InboxKind kind)
{
    switch (kind) {
    case InboxKind::StkCallback:
        return "stk_callback";
    case InboxKind::C2bConfirmation:
        return "c2b_confirmation";
    case InboxKind::C2bValidation:
        break;
    }
    return "c2b_validation";
}

// "Name: value" lines, without what may be somebody's credentials.
std::string headers_of(const Request& request)
{
    std::string lines;
    for (const auto& [name, value] : request.headers)
        if (!same_word(name, "Authorization") && !same_word(name, "Cookie"))
            lines.append(name).append(": ").append(value).append("\n");
    return lines;
}

void store(const Call& call, InboxKind kind)
{
    const Request& request = call.request;
    const Log& log = call.context().log;
    log.info("callback.received", "a provider's message has come",
             {{"kind", name_of(kind)},
              {"peer", request.peer},
              {"bytes", static_cast<std::int64_t>(request.body.size())}});
    const std::string headers = headers_of(request);
    const InboxId id = usecases::receive_message(
        call.context(), {kind, call.path.at("token"), request.peer, headers, request.body});
    log.info("callback.stored", "the message is on the disk",
             {{"inbox_id", id}, {"kind", name_of(kind)}});
}

Reply accepted()
{
    return {200, R"({"ResultCode":0,"ResultDesc":"Accepted"})", "application/json", {}};
}

} // namespace

Reply alive(Call&)
{
    return {200, "alive\n", "text/plain; charset=utf-8", {}};
}

// A wrong token is answered like a right one: who tries tokens learns nothing from it.
Reply stk_callback(Call& call)
{
    store(call, InboxKind::StkCallback);
    return accepted();
}

Reply c2b_confirmation(Call& call)
{
    store(call, InboxKind::C2bConfirmation);
    return accepted();
}

// The codes of a validation answer are texts, unlike those above.
Reply c2b_validation(Call& call)
{
    store(call, InboxKind::C2bValidation);
    if (usecases::accepts_validation(call.context(), call.path.at("token")))
        return {200, R"({"ResultCode":"0","ResultDesc":"Accepted"})", "application/json", {}};
    return {200, R"({"ResultCode":"C2B00016","ResultDesc":"Rejected"})", "application/json", {}};
}

} // namespace mnara::http::api
