#include "http/problem.hpp"

#include <Poco/Net/HTTPResponse.h>
#include <nlohmann/json.hpp>

namespace mnara::http {

std::string to_text(const Json& json)
{
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string_view title_of(int status)
{
    using Poco::Net::HTTPResponse;
    return HTTPResponse::getReasonForStatus(static_cast<HTTPResponse::HTTPStatus>(status));
}

Reply json_reply(const Json& body, int status)
{
    return {status, to_text(body), "application/json", {}};
}

Reply problem(int status, std::string_view code, std::string_view detail)
{
    return problem(status, code, detail, Json::object());
}

Reply problem(int status, std::string_view code, std::string_view detail, const Json& more)
{
    Json body{{"type", "about:blank"},
              {"title", title_of(status)},
              {"status", status},
              {"code", code},
              {"detail", detail}};
    body.update(more);
    return {status, to_text(body), "application/problem+json", {}};
}

Reply not_found(std::string_view what)
{
    return problem(404, "not_found", "There is no such " + std::string(what) + ".");
}

Reply busy()
{
    Reply reply = problem(503, "busy", "Too many people sign in at this moment. Try again.");
    reply.headers.emplace_back("Retry-After", "1");
    return reply;
}

} // namespace mnara::http
