// What is to be logged about sessions once the COMMIT is through: what was rolled back did not
// happen.
#pragma once

#include "core/log.hpp"

#include <string>
#include <vector>

namespace mnara::usecases {

class SessionNotices
{
public:
    void started(SessionId session, const std::string& username)
    {
        notices_.push_back(
            {"session.started", "a session is online", {username, session, nullptr, false}});
    }
    // `proof`: "stop" or "not_found".
    void gone(SessionId session, const std::string& username, const char* proof)
    {
        notices_.push_back({"session.gone",
                            "the session is gone from its router",
                            {username, session, proof, false}});
    }
    void odd(SessionId session, const std::string& username, const char* id, const char* text)
    {
        notices_.push_back({id, text, {username, session, nullptr, true}});
    }
    void unknown_router(RouterId router) { unknown_routers_.push_back(router); }

    void write_to(const Log& log) const
    {
        for (const RouterId router : unknown_routers_)
            log.warning("accounting.unknown_router",
                        "accounting of a router that is not here was dropped",
                        {{"router_id", router}});
        for (const Notice& n : notices_) {
            const Facts& f = n.facts;
            if (f.is_odd)
                log.warning(n.id, n.text, {{"username", f.username}, {"session_id", f.session}});
            else if (f.proof == nullptr)
                log.info(n.id, n.text, {{"username", f.username}, {"session_id", f.session}});
            else
                log.info(n.id, n.text,
                         {{"username", f.username}, {"session_id", f.session}, {"proof", f.proof}});
        }
    }

private:
    struct Facts
    {
        std::string username;
        SessionId session;
        const char* proof;
        bool is_odd;
    };
    struct Notice
    {
        const char* id;
        const char* text;
        Facts facts;
    };
    std::vector<Notice> notices_;
    std::vector<RouterId> unknown_routers_;
};

} // namespace mnara::usecases
