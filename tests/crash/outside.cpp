#include "crash/outside.hpp"

#include "core/check.hpp"
#include "network/payments/daraja_messages.hpp"

#include <sstream>
#include <unistd.h>

namespace crash {

using namespace mnara;

std::string checkout_id(const std::string& reference)
{
    return "ws_CO_" + reference;
}

Outside::Outside(int pipe, const std::vector<std::string>& told) : pipe_(pipe)
{
    for (const std::string& line : told)
        hear(line);
}

void Outside::hear(const std::string& line)
{
    std::istringstream words(line);
    std::string kind, first, second;
    words >> kind >> first >> second;
    if (kind == "ack")
        acknowledged_.insert(first);
    else if (kind == "push")
        prompts_.push_back({first, second});
    else if (kind == "disconnect")
        disconnected_.insert(first);
    else if (kind == "clock")
        clock_seen_ = unix_time(std::stoll(first));
}

void Outside::tell(const std::string& line)
{
    hear(line);
    const std::string bytes = line + "\n";
    if (pipe_ >= 0)
        ENSURE(::write(pipe_, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
}

void Outside::acknowledged(const std::string& step)
{
    tell("ack " + step);
}

void Outside::saw_clock(UnixTime at)
{
    tell("clock " + std::to_string(to_seconds(at)));
}

Result<usecases::PushAccepted, Outside::Error> Outside::push(const Account&,
                                                             const usecases::PushRequest& request)
{
    const auto path = request.callback_url.find("/cb/");
    ENSURE(path != std::string::npos);
    tell("push " + request.reference + " " + request.callback_url.substr(path));
    return usecases::PushAccepted{checkout_id(request.reference)};
}

Result<usecases::QueryAnswer, Outside::Error> Outside::query(const Account&,
                                                             const std::string& asked, UnixTime)
{
    for (const Prompt& prompt : prompts_)
        if (checkout_id(prompt.reference) == asked)
            return usecases::QueryAnswer{"0", "paid"};
    return refuse(Error{Error::Kind::Unknown, "500.001.1001", "no such request", false});
}

Result<Done, Outside::Error> Outside::register_urls(const Account&, const std::string&,
                                                    const std::string&)
{
    return Done{};
}

Result<domain::StkCallback, std::string> Outside::parse_stk_callback(std::string_view body) const
{
    return network::parse_stk_callback(body);
}

Result<domain::C2bNotification, std::string> Outside::parse_c2b(std::string_view body) const
{
    return network::parse_c2b(body);
}

usecases::CoaAnswer Outside::send(const usecases::CoaRequest& request)
{
    if (request.disconnect)
        tell("disconnect " + request.username);
    return {usecases::CoaAnswer::Kind::Ack, {}, ""};
}

} // namespace crash
