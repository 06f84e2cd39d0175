// What a sign-in link shows: the button that uses it up, and why it did not sign anybody in. Who
// opens one has chosen no language here yet, so both are said, the browser's first.
#include "http/api.hpp"
#include "http/plain_page.hpp"

#include <fmt/format.h>

namespace mnara::http::api {

namespace {

struct Words
{
    std::string_view language, title, text, button;
};

// The heading of the whole page is the one in the reader's language.
std::string told(const Words& words, bool is_first)
{
    return fmt::format("<section lang=\"{0}\">\n<{1}>{2}</{1}>\n<p>{3}</p>\n</section>\n",
                       words.language, is_first ? "h1" : "h2", words.title, words.text);
}

Reply told_in_both(const Call& call, const Words& english, const Words& swahili, int status,
                   const std::string& form = "")
{
    const Language say(call.request);
    const bool is_swahili = say("en", "sw") == "sw";
    const Words& first = is_swahili ? swahili : english;
    const Words& second = is_swahili ? english : swahili;
    const std::string way_on =
        form.empty() ? fmt::format("<p><a class=\"button\" href=\"/\">{}</a></p>\n", first.button)
                     : form;
    return page(say, std::string(first.title), told(first, true) + way_on + told(second, false),
                status);
}

} // namespace

// Only the button uses the link up: messengers open links by themselves to show a preview.
Reply sign_in_link_page(Call& call)
{
    const Language say(call.request);
    return told_in_both(
        call, {"en", "Sign in", "This link signs you in once. Then you choose a password.", ""},
        {"sw", "Ingia", "Kiungo hiki kinakuingiza mara moja tu. Kisha utachagua nywila.", ""}, 200,
        fmt::format("<form method=\"post\"><button>{}</button></form>\n", say("Sign in", "Ingia")));
}

Reply used_link_page(Call& call)
{
    return told_in_both(
        call,
        {"en", "This link is used up",
         "It works once, and for 30 minutes. If you have chosen a password, sign in with it. If "
         "not, ask the owner for a new link: Staff, your name, New sign-in link. The owner's own "
         "way, on the box: <code>mnara operator link LOGIN</code>",
         "Sign in with a password"},
        {"sw", "Kiungo hiki kimeshatumika",
         "Hufanya kazi mara moja, ndani ya dakika 30. Kama umeshachagua nywila, ingia nayo. Kama "
         "bado, mwombe mmiliki kiungo kipya: Wafanyakazi, jina lako, Kiungo kipya cha kuingia. "
         "Njia ya mmiliki mwenyewe, kwenye seva: <code>mnara operator link LOGIN</code>",
         "Ingia kwa nywila"},
        410);
}

Reply link_waits_page(Call& call, int status)
{
    const Language say(call.request);
    return told_in_both(call,
                        {"en", "Too many tries at this moment",
                         "Your link was not used. Wait a minute, then try again.", ""},
                        {"sw", "Majaribio ni mengi kwa sasa",
                         "Kiungo chako hakijatumika. Subiri dakika moja, kisha ujaribu tena.", ""},
                        status,
                        fmt::format("<form method=\"post\"><button>{}</button></form>\n",
                                    say("Try again", "Jaribu tena")));
}

} // namespace mnara::http::api
