// A house with a front door: operators of each role, a provider that says yes, requests by hand.
#pragma once

#include "http/dispatch.hpp"
#include "unit/house.hpp"

#include <map>

class AgreeingProvider final : public mnara::usecases::PaymentProvider
{
public:
    using Account = mnara::usecases::MpesaAccount;
    using Error = mnara::usecases::ProviderError;

    mnara::Result<mnara::usecases::PushAccepted, Error>
    push(const Account&, const mnara::usecases::PushRequest&) override
    {
        return mnara::usecases::PushAccepted{"ws_CO_1"};
    }
    mnara::Result<mnara::usecases::QueryAnswer, Error> query(const Account&, const std::string&,
                                                             mnara::UnixTime) override
    {
        return mnara::usecases::QueryAnswer{"0", "ok"};
    }
    mnara::Result<mnara::Done, Error> register_urls(const Account&, const std::string& confirmation,
                                                    const std::string& validation) override
    {
        registered = {confirmation, validation};
        if (refuses)
            return mnara::refuse(Error{Error::Kind::Refused, "400", "The key is wrong.", true});
        return mnara::Done{};
    }
    mnara::Result<std::optional<mnara::UnixTime>, Error> try_credentials(const Account&) override
    {
        if (trouble)
            return mnara::refuse(*trouble);
        return time;
    }
    mnara::Result<mnara::domain::StkCallback, std::string>
    parse_stk_callback(std::string_view) const override
    {
        return mnara::refuse(std::string("not asked for here"));
    }
    mnara::Result<mnara::domain::C2bNotification, std::string>
    parse_c2b(std::string_view) const override
    {
        return mnara::refuse(std::string("not asked for here"));
    }

    bool refuses = false;
    std::optional<Error> trouble; // of try_credentials
    std::optional<mnara::UnixTime> time;
    std::pair<std::string, std::string> registered;
};

inline std::string header_of(const mnara::http::Reply& reply, std::string_view name)
{
    for (const auto& [key, value] : reply.headers)
        if (key == name)
            return value;
    return {};
}

class HttpOffice : public House
{
public:
    using Role = mnara::usecases::Role;

    HttpOffice()
        : services{context, provider, counters, "http://127.0.0.1:8080", "0.0.0"},
          dispatch(services)
    {
    }

    mnara::http::Reply ask(const std::string& method, const std::string& target,
                           const std::string& body = "", mnara::http::Headers headers = {})
    {
        mnara::http::Request request;
        request.method = method;
        const auto mark = std::min(target.find('?'), target.size());
        request.path = target.substr(0, mark);
        request.query = target.substr(std::min(mark + 1, target.size()));
        request.headers = std::move(headers);
        request.body = body;
        request.peer = asks_from;
        return dispatch.answer(request);
    }
    // As a program with that role; a new Idempotency-Key each time.
    mnara::http::Reply as(Role role, const std::string& method, const std::string& target,
                          const std::string& body = "")
    {
        return ask(method, target, body,
                   {{"Authorization", "Bearer " + token_of(role)},
                    {"Idempotency-Key", "key-number-" + std::to_string(100'000 + ++keys_used_)}});
    }
    std::string token_of(Role role)
    {
        std::string& token = tokens_[role];
        if (token.empty()) {
            add(role);
            token = mnara::usecases::make_program_token(context, login_of(role)).value();
        }
        return token;
    }
    mnara::usecases::SignedIn browser_of(Role role)
    {
        add(role);
        const auto link = mnara::usecases::make_sign_in_link(context, login_of(role));
        return mnara::usecases::sign_in_by_link(context, link.value(), "127.0.0.1", "").value();
    }

    std::string asks_from = "127.0.0.1"; // requests come from there
    AgreeingProvider provider;
    mnara::http::Counters counters;
    mnara::http::Services services;
    mnara::http::Dispatch dispatch;

private:
    static std::string login_of(Role role) { return "the-" + std::string(to_text(role)); }
    void add(Role role)
    {
        const auto added =
            mnara::usecases::add_operator(context, login_of(role), "Somebody", role, {});
        if (!added && added.error() != mnara::usecases::OperatorError::LoginTaken)
            throw std::runtime_error("operator refused");
    }
    std::map<Role, std::string> tokens_;
    int keys_used_ = 0;
};
