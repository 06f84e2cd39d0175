// The plain status page and its sign-in: made here, whole, readable on a phone, without
// scripts, in the language the browser asks for. Everything that came from outside is escaped.
#include "domain/calendar.hpp"
#include "http/api.hpp"
#include "http/plain_page.hpp"
#include "http/status.hpp"

#include <fmt/format.h>

#include <map>

namespace mnara::http::api {

namespace {

namespace listing = usecases::listing;

constexpr int kAlertsShown = 20;

Reply sign_in_page(const Call& call, const Language& say)
{
    const auto before = call.request.parameter("sign_in");
    std::string notice;
    if (before == "wrong")
        notice = say("The login or the password is wrong.", "Jina au nywila si sahihi.");
    if (before == "locked")
        notice = say("Too many wrong tries. Wait 15 minutes or more, or ask the owner for a new "
                     "sign-in link.",
                     "Umekosea mara nyingi. Subiri dakika 15 au zaidi, au mwombe mmiliki kiungo "
                     "kipya cha kuingia.");
    if (before == "code")
        notice = say("Enter the code of your authenticator app too.",
                     "Andika pia msimbo wa programu yako ya uthibitisho.");
    if (!notice.empty())
        notice = "<p class=\"bad\" role=\"alert\">" + notice + "</p>\n";
    const std::string title = say("Sign in", "Ingia");
    return page(
        say, title,
        fmt::format(
            "<h1>{0}</h1>\n{1}<form method=\"post\" action=\"/sign-in\">\n"
            "<label for=\"login\">{2}</label>\n<input id=\"login\" name=\"login\" "
            "autocomplete=\"username\" autocapitalize=\"none\" required>\n"
            "<label for=\"password\">{3}</label>\n<input id=\"password\" name=\"password\" "
            "type=\"password\" autocomplete=\"current-password\" required>\n"
            "<label for=\"code\">{4}</label>\n<input id=\"code\" name=\"code\" "
            "autocomplete=\"one-time-code\" inputmode=\"numeric\">\n"
            "<button>{0}</button>\n</form>\n<p>{5} <code>mnara operator link LOGIN</code></p>\n",
            title, notice, say("Login", "Jina la kuingia"), say("Password", "Nywila"),
            say("Code, if you have an authenticator app",
                "Msimbo, kama una programu ya uthibitisho"),
            say("No password? Ask the owner for a new sign-in link. The owner's own way, on the "
                "box:",
                "Huna nywila? Mwombe mmiliki kiungo kipya cha kuingia. Njia ya mmiliki mwenyewe, "
                "kwenye seva:")));
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

// What an alert tells is English: it is also what the log and the API say.
std::string alert_list(const Language& say, const std::vector<listing::AlertView>& alerts)
{
    if (alerts.empty())
        return "<p>" +
               say("Nothing needs your attention.", "Hakuna kinachohitaji uangalizi wako.") +
               "</p>\n";
    std::string list = "<ul>\n";
    for (const auto& alert : alerts)
        list += fmt::format("<li class=\"{}\"><strong>{}</strong> {} <small>{}</small></li>\n",
                            escaped(alert.severity), escaped(alert.severity), escaped(alert.detail),
                            domain::readable_time(alert.opened_at));
    return list + "</ul>\n";
}

std::string state_name(const Language& say, const std::string& state)
{
    static const std::map<std::string_view, std::string_view> kSwahili{
        {"pending", "hazijalipiwa"},
        {"active", "hai"},
        {"expired", "zimeisha"},
        {"suspended", "zimesimamishwa"},
        {"terminated", "zimefungwa"}};
    return say("Lines " + state, fmt::format("Laini: {}", kSwahili.at(state)));
}

std::string numbers(const Language& say, const Overview& view)
{
    std::string table = "<table>\n";
    table += row(say("Time in Nairobi", "Saa ya Nairobi"), domain::readable_time(view.now));
    table +=
        row(say("Clock", "Saa ya seva"),
            view.clock_suspect ? say("cannot be trusted", "haiaminiki") : say("right", "sahihi"));
    table += row(say("Money today", "Pesa za leo"), "KSh " + format_money(view.money_today));
    table += row(say("Online now", "Walio mtandaoni"), view.counts.online);
    table += row(say("Subscribers", "Wateja"), view.counts.subscribers);
    for (const auto& [state, count] : view.counts.subscriptions)
        table += row(state_name(say, state), count);
    table += row(say("Payments without owner", "Malipo yasiyo na mwenyewe"), view.counts.unmatched);
    table += row(say("Payment requests open", "Maombi ya malipo yanayosubiri"),
                 view.counts.open_attempts);
    return table + "</table>\n";
}

// The colours and the band of the screens (webui/src/lib/styles); the band is drawn by gradients,
// because these pages may load no picture.
constexpr std::string_view kStyle = R"css(
:root { color-scheme: light dark; --paper: #f3f5ef; --card: #fff; --ink: #13211b; --muted: #4d5c55;
  --line: #d6ddd3; --edge: #7d8c84; --brand: #0a6a4c; --on-brand: #fff; --bad: #a8241b;
  --bad-soft: #fbe3df; --mast: #0d2b20; }
@media (prefers-color-scheme: dark) { :root { --paper: #0b1310; --card: #13201a; --ink: #e8f0ea;
  --muted: #a6b6ad; --line: #263a31; --edge: #6f8178; --brand: #52d3a3; --on-brand: #04261a;
  --bad: #ffa79c; --bad-soft: #45201c; --mast: #091a13; } }
* { box-sizing: border-box; }
body { font: 1rem/1.5 system-ui, sans-serif; margin: 0; background: var(--paper);
  color: var(--ink); }
body::before { content: ""; display: block; height: 92px; background-color: var(--mast);
  background-image: conic-gradient(from 135deg at 28px 14px, var(--mast) 90deg, #0000 0),
    conic-gradient(from 135deg at 28px 0, #f6b60d 90deg, #0000 0),
    conic-gradient(from 315deg at 84px 14px, #e3efe7 90deg, #0000 0),
    conic-gradient(from 315deg at 84px 100%, #c63d2b 90deg, #0000 0);
  background-size: 112px 28px; background-position: left bottom; background-repeat: repeat-x; }
main { width: min(40rem, 100% - 32px); margin: 24px auto; padding: 20px; overflow-wrap: anywhere;
  background: var(--card); border: 1px solid var(--line); border-radius: 14px; }
main > :first-child, section > :first-child { margin-top: 0; }
h1 { font-size: 1.5rem; line-height: 1.2; letter-spacing: -.015em; }
h2 { font-size: 1.1rem; }
.mark { display: block; margin-bottom: 12px; }
section[lang] + section[lang], :is(p, form) + section[lang] { margin-top: 24px; padding-top: 16px;
  border-top: 1px solid var(--line); color: var(--muted); }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .4rem .5rem .4rem 0; border-bottom: 1px solid var(--line);
  vertical-align: top; }
td { text-align: right; font-variant-numeric: tabular-nums; }
th { font-weight: normal; color: var(--muted); }
a { color: var(--brand); text-underline-offset: .15em; }
label { display: block; margin-top: .75rem; font-weight: 650; }
input, button, .button { font: inherit; width: 100%; min-height: 44px; padding: 8px 12px;
  border: 1px solid var(--edge); border-radius: 9px; background: var(--card); color: inherit; }
button, .button { margin-top: 1rem; border-color: var(--brand); background: var(--brand);
  color: var(--on-brand); font-weight: 650; cursor: pointer; }
.button { display: block; text-align: center; text-decoration: none; }
:focus-visible { outline: 3px solid #f6b60d; outline-offset: 2px;
  box-shadow: 0 0 0 2px var(--mast); }
ul { padding-left: 1.2rem; }
.sandbox { background: #7d4c00; color: #fff; padding: .6rem 1rem; border-radius: 9px;
  font-weight: 650; }
.bad { background: var(--bad-soft); padding: .6rem 1rem; border-radius: 9px; }
.bad, .critical strong { color: var(--bad); }
)css";

} // namespace

Reply status_page(Call& call)
{
    const Language say(call.request);
    const auto cookie = call.request.cookie(call.services.session_cookie(call.request));
    const auto who = usecases::authenticate(call.context(), cookie.value_or(""));
    if (!who || !who->by_cookie || who->must_enrol)
        return sign_in_page(call, say);
    if (!who->op.sites.empty() || who->op.role == usecases::Role::Reseller)
        return page(say, "Mnara",
                    "<p>" +
                        say("This page is for staff of all sites.",
                            "Ukurasa huu ni wa wahudumu wa maeneo yote.") +
                        "</p>\n",
                    403);
    return call.context().db.read([&](storage::ReadTx& tx) {
        const auto scope = listing::ReadScope::everything();
        const Overview view = overview(tx, call.services, scope);
        const std::string name = view.isp_name.empty() ? "Mnara" : view.isp_name;
        std::string content;
        if (view.sandbox)
            content += "<p class=\"sandbox\" role=\"status\">" +
                       say("Sandbox: the M-Pesa money here is not real.",
                           "Majaribio: pesa za M-Pesa hapa si halisi.") +
                       "</p>\n";
        content +=
            fmt::format("<h1>{}</h1>\n<h2>{}</h2>\n", escaped(name), say("Alerts", "Tahadhari"));
        content += alert_list(say, listing::open_alerts(tx, scope, {kAlertsShown, {}}));
        content += fmt::format("<h2>{}</h2>\n", say("Now", "Sasa")) + numbers(say, view);
        content += fmt::format(
            "<p>{} {} ({}). Mnara {}, <a href=\"/api/v1/openapi.yaml\">API</a>.</p>\n"
            "<form method=\"post\" action=\"/sign-out\"><input type=\"hidden\" name=\"csrf_token\" "
            "value=\"{}\"><button>{}</button></form>\n",
            say("Signed in as", "Umeingia kama"), escaped(who->op.full_name),
            usecases::to_text(who->op.role), escaped(call.services.version),
            escaped(who->csrf_token), say("Sign out", "Toka"));
        return page(say, name, content);
    });
}

Reply style_sheet(Call&)
{
    return {200, std::string(kStyle), "text/css; charset=utf-8", {}};
}

} // namespace mnara::http::api
