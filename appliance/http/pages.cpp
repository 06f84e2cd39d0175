// The plain status page and the sign-in page: made here, whole, readable on a phone, without
// scripts. Everything that came from outside is escaped.
#include "domain/calendar.hpp"
#include "http/api.hpp"
#include "http/status.hpp"

#include <fmt/format.h>

namespace mnara::http::api {

namespace {

namespace listing = usecases::listing;

constexpr int kAlertsShown = 20;

std::string escaped(std::string_view text)
{
    std::string out;
    for (const char c : text) {
        switch (c) {
        case '&':
            out += "&amp;";
            break;
        case '<':
            out += "&lt;";
            break;
        case '>':
            out += "&gt;";
            break;
        case '"':
            out += "&quot;";
            break;
        case '\'':
            out += "&#39;";
            break;
        default:
            out += c;
        }
    }
    return out;
}

Reply page(const std::string& title, const std::string& content, int status = 200)
{
    return {status,
            fmt::format("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                        "<title>{}</title>\n<link rel=\"stylesheet\" href=\"/style.css\">\n"
                        "</head>\n<body>\n<main>\n{}</main>\n</body>\n</html>\n",
                        escaped(title), content),
            "text/html; charset=utf-8",
            {}};
}

Reply sign_in_page(const Call& call)
{
    const auto before = call.request.parameter("sign_in");
    std::string notice;
    if (before == "wrong")
        notice = "<p class=\"bad\" role=\"alert\">The login or the password is wrong.</p>\n";
    if (before == "locked")
        notice =
            "<p class=\"bad\" role=\"alert\">Too many wrong tries. Wait 15 minutes or more.</p>\n";
    if (before == "code")
        notice = "<p role=\"alert\">Enter the code of your authenticator app too.</p>\n";
    return page(
        "Sign in",
        "<h1>Sign in</h1>\n" + notice +
            "<form method=\"post\" action=\"/sign-in\">\n"
            "<label for=\"login\">Login</label>\n<input id=\"login\" name=\"login\" "
            "autocomplete=\"username\" autocapitalize=\"none\" required>\n"
            "<label for=\"password\">Password</label>\n<input id=\"password\" "
            "name=\"password\" type=\"password\" autocomplete=\"current-password\" "
            "required>\n<label for=\"code\">Code, if you have an authenticator app</label>\n"
            "<input id=\"code\" name=\"code\" autocomplete=\"one-time-code\" "
            "inputmode=\"numeric\">\n<button>Sign in</button>\n</form>\n"
            "<p>No password yet? On the box, <code>mnara operator link LOGIN</code> gives "
            "a link that works once.</p>\n");
}

std::string row(std::string_view name, std::string_view value)
{
    return fmt::format("<tr><th scope=\"row\">{}</th><td>{}</td></tr>\n", escaped(name),
                       escaped(value));
}

std::string row(std::string_view name, std::int64_t value)
{
    return row(name, std::to_string(value));
}

std::string alert_list(const std::vector<listing::AlertView>& alerts)
{
    if (alerts.empty())
        return "<p>Nothing needs your attention.</p>\n";
    std::string list = "<ul>\n";
    for (const auto& alert : alerts)
        list +=
            fmt::format("<li class=\"{}\"><strong>{}</strong> {} <small>since {}</small></li>\n",
                        escaped(alert.severity), escaped(alert.severity), escaped(alert.detail),
                        domain::readable_time(alert.opened_at));
    return list + "</ul>\n";
}

std::string numbers(const Overview& view)
{
    std::string table = "<table>\n";
    table += row("Time in Nairobi", domain::readable_time(view.now));
    table += row("Clock", view.clock_suspect ? "cannot be trusted" : "right");
    table += row("Money today", "KSh " + format_money(view.money_today));
    table += row("Online now", view.counts.online);
    table += row("Subscribers", view.counts.subscribers);
    for (const auto& [state, count] : view.counts.subscriptions)
        table += row("Lines " + state, count);
    table += row("Payments without owner", view.counts.unmatched);
    table += row("Payment requests open", view.counts.open_attempts);
    return table + "</table>\n";
}

constexpr std::string_view kStyle = R"css(
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; margin: 0; }
main { max-width: 40rem; margin: 0 auto; padding: 1rem; overflow-wrap: anywhere; }
h1 { font-size: 1.4rem; }
h2 { font-size: 1.1rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .4rem .5rem .4rem 0; border-bottom: 1px solid #8886;
  vertical-align: top; }
td { text-align: right; }
th { font-weight: normal; }
label { display: block; margin-top: .75rem; }
input, button { font: inherit; width: 100%; box-sizing: border-box; min-height: 2.75rem;
  padding: .4rem .6rem; }
button { margin-top: 1rem; }
ul { padding-left: 1.2rem; }
.sandbox { background: #b45309; color: #fff; padding: .6rem 1rem; margin: 0; font-weight: bold; }
.bad, .critical strong { color: #b91c1c; }
@media (prefers-color-scheme: dark) { .bad, .critical strong { color: #fca5a5; } }
)css";

} // namespace

Reply status_page(Call& call)
{
    const auto cookie = call.request.cookie(call.services.session_cookie(call.request));
    const auto who = usecases::authenticate(call.context(), cookie.value_or(""));
    if (!who || !who->by_cookie || who->must_enrol)
        return sign_in_page(call);
    if (!who->op.sites.empty() || who->op.role == usecases::Role::Reseller)
        return page("Mnara", "<p>This page is for staff of all sites.</p>\n", 403);
    return call.context().db.read([&](storage::ReadTx& tx) {
        const auto scope = listing::ReadScope::everything();
        const Overview view = overview(tx, call.services, scope);
        const std::string name = view.isp_name.empty() ? "Mnara" : view.isp_name;
        std::string content;
        if (view.sandbox)
            content += "<p class=\"sandbox\" role=\"status\">Sandbox: the M-Pesa money here is not "
                       "real.</p>\n";
        content += fmt::format("<h1>{}</h1>\n", escaped(name));
        content +=
            "<h2>Alerts</h2>\n" + alert_list(listing::open_alerts(tx, scope, {kAlertsShown, {}}));
        content += "<h2>Now</h2>\n" + numbers(view);
        content += fmt::format(
            "<p>Signed in as {} ({}). Mnara {}, <a href=\"/api/v1/openapi.yaml\">API</a>.</p>\n"
            "<form method=\"post\" action=\"/sign-out\"><input type=\"hidden\" name=\"csrf_token\" "
            "value=\"{}\"><button>Sign out</button></form>\n",
            escaped(who->op.full_name), usecases::to_text(who->op.role),
            escaped(call.services.version), escaped(who->csrf_token));
        return page(name, content);
    });
}

// Only the button uses the link up: messengers open links by themselves to show a preview.
Reply sign_in_link_page(Call&)
{
    return page("Sign in", "<h1>Sign in</h1>\n<p>This link signs you in once.</p>\n"
                           "<form method=\"post\"><button>Sign in</button></form>\n");
}

Reply style_sheet(Call&)
{
    return {200, std::string(kStyle), "text/css; charset=utf-8", {}};
}

} // namespace mnara::http::api
