#include "http/api.hpp"
#include "http/dispatch.hpp"
#include "http/fields.hpp"
#include "http/problem.hpp"
#include "http/views.hpp"

#include "core/crypto.hpp"

#include <nlohmann/json.hpp>

namespace mnara::http::api {

namespace {

constexpr int kSigningInMax = 4;
constexpr std::size_t kUserAgentMax = 200;

class SigningIn // one of the few who may try at the same moment
{
public:
    explicit SigningIn(Services& services) : services_(services)
    {
        is_allowed = ++services_.signing_in <= kSigningInMax;
    }
    ~SigningIn() { --services_.signing_in; }
    SigningIn(const SigningIn&) = delete;
    SigningIn& operator=(const SigningIn&) = delete;
    bool is_allowed = false;

private:
    Services& services_;
};

std::string user_agent(const Request& request)
{
    return request.header("User-Agent").value_or("").substr(0, kUserAgentMax);
}

// Lax: a link in a mail still arrives signed in, a form of a foreign page does not.
std::pair<std::string, std::string> cookie(const Services& services, const std::string& token)
{
    std::string text =
        std::string(kSessionCookie) + "=" + token + "; Path=/; HttpOnly; SameSite=Lax";
    if (token.empty())
        text += "; Max-Age=0";
    if (services.is_https())
        text += "; Secure";
    return {"Set-Cookie", std::move(text)};
}

Reply to_front_page(Headers headers)
{
    headers.emplace_back("Location", "/");
    return {303, "", "text/plain; charset=utf-8", std::move(headers)};
}

Reply refused(usecases::SignInError error)
{
    if (error == usecases::SignInError::Wrong)
        return problem(401, "wrong_login", "The login or the password is wrong.");
    Reply reply = problem(429, "locked",
                          "Too many wrong tries. Wait 15 minutes, or ask for a "
                          "one-time link: mnara operator link LOGIN.");
    reply.headers.emplace_back("Retry-After", "900");
    return reply;
}

Reply busy()
{
    Reply reply = problem(503, "busy", "Too many people sign in at this moment. Try again.");
    reply.headers.emplace_back("Retry-After", "1");
    return reply;
}

// Nothing where the browser says that the form was on somebody else's page.
bool is_own_form(const Call& call)
{
    const std::string origin = call.request.header("Origin").value_or("");
    const std::string host = call.request.header("Host").value_or("");
    return origin.empty() || origin == call.services.public_url || origin == "http://" + host ||
           origin == "https://" + host;
}

void sign_out_here(const Call& call)
{
    // A program's token stays: it is revoked by whoever made it.
    if (call.who->by_cookie)
        if (const auto token = call.request.cookie(kSessionCookie))
            usecases::sign_out(call.context(), *token);
}

} // namespace

Reply sign_in(Call& call)
{
    Fields fields(call.body);
    const std::string login = fields.text("login");
    const std::string password = fields.text("password");
    if (auto trouble = fields.trouble())
        return *trouble;
    const SigningIn turn(call.services);
    if (!turn.is_allowed)
        return busy();
    const auto signed_in = usecases::sign_in(call.context(), login, password, call.request.peer,
                                             user_agent(call.request));
    if (!signed_in)
        return refused(signed_in.error());
    Reply reply =
        json_reply({{"csrf_token", signed_in->csrf_token}, {"operator", views::op(signed_in->op)}});
    reply.headers.push_back(cookie(call.services, signed_in->cookie_token));
    return reply;
}

Reply sign_in_form(Call& call)
{
    if (!is_own_form(call))
        return problem(403, "foreign_form", "This form came from another page.");
    const SigningIn turn(call.services);
    if (!turn.is_allowed)
        return busy();
    const auto signed_in =
        usecases::sign_in(call.context(), form_value(call.request.body, "login").value_or(""),
                          form_value(call.request.body, "password").value_or(""), call.request.peer,
                          user_agent(call.request));
    if (signed_in)
        return to_front_page({cookie(call.services, signed_in->cookie_token)});
    const bool locked = signed_in.error() == usecases::SignInError::Locked;
    return {303,
            "",
            "text/plain; charset=utf-8",
            {{"Location", locked ? "/?sign_in=locked" : "/?sign_in=wrong"}}};
}

Reply sign_in_by_link(Call& call)
{
    const auto signed_in = usecases::sign_in_by_link(call.context(), call.path.at("token"),
                                                     call.request.peer, user_agent(call.request));
    if (!signed_in)
        return {410,
                "This link was used before, or is too old. Make a new one on the box: "
                "mnara operator link LOGIN\n",
                "text/plain; charset=utf-8",
                {}};
    return to_front_page({cookie(call.services, signed_in->cookie_token)});
}

Reply sign_out(Call& call)
{
    sign_out_here(call);
    return {204, "", "", {cookie(call.services, "")}};
}

Reply sign_out_form(Call& call)
{
    const auto who =
        usecases::authenticate(call.context(), call.request.cookie(kSessionCookie).value_or(""));
    const std::string sent = form_value(call.request.body, "csrf_token").value_or("");
    if (!who || !crypto::equal(sent, who->csrf_token))
        return problem(403, "csrf", "This form is too old. Go back to the page and try again.");
    call.who = who;
    sign_out_here(call);
    return to_front_page({cookie(call.services, "")});
}

Reply me(Call& call)
{
    return json_reply(
        {{"operator", views::op(call.who->op)}, {"csrf_token", call.who->csrf_token}});
}

} // namespace mnara::http::api
