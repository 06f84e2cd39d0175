#include "http_connection.hpp"

#include <array>
#include <cerrno>
#include <sys/epoll.h>
#include <sys/socket.h>

namespace load {

namespace {

constexpr std::string_view kHeaderEnd = "\r\n\r\n";
constexpr std::string_view kLength = "\r\nContent-Length: ";
constexpr std::string_view kCloses = "\r\nConnection: Close";
constexpr std::size_t kStatusAt = 9; // behind "HTTP/1.1 "
constexpr std::size_t kReadSize = 64 * 1024;

} // namespace

std::string request_text(const std::string& method, const std::string& path,
                         const std::string& headers, const std::string& body)
{
    std::string text = method + " " + path + " HTTP/1.1\r\nHost: bench\r\n" + headers;
    if (!body.empty() || method == "POST")
        text += "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
                "\r\n";
    return text + "\r\n" + body;
}

HttpConnection::HttpConnection(EventLoop& loop, sockaddr_in server, std::string source)
    : loop_(loop), server_(server), source_(std::move(source))
{
}

HttpConnection::~HttpConnection()
{
    close();
}

void HttpConnection::close()
{
    if (!socket_.is_open())
        return;
    loop_.forget(socket_.file());
    socket_.close();
}

void HttpConnection::send(std::string request, Done done)
{
    out_ = std::move(request);
    sent_ = 0;
    in_.clear();
    done_ = std::move(done);
    if (!socket_.is_open())
        socket_ = open_tcp(server_, source_);
    loop_.watch(socket_.file(), EPOLLOUT | EPOLLIN,
                [this](std::uint32_t events) { on_event(events); });
}

void HttpConnection::on_event(std::uint32_t events)
{
    if (sent_ < out_.size() && (events & EPOLLOUT) != 0)
        flush();
    else if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0)
        receive();
}

void HttpConnection::flush()
{
    const ssize_t took =
        ::send(socket_.file(), out_.data() + sent_, out_.size() - sent_, MSG_NOSIGNAL);
    if (took < 0) {
        if (errno != EAGAIN)
            finish(0);
        return;
    }
    sent_ += static_cast<std::size_t>(took);
    if (sent_ == out_.size())
        loop_.watch(socket_.file(), EPOLLIN, [this](std::uint32_t more) { on_event(more); });
}

void HttpConnection::receive()
{
    std::array<char, kReadSize> bytes{};
    const ssize_t got = ::recv(socket_.file(), bytes.data(), bytes.size(), 0);
    if (got < 0 && errno == EAGAIN)
        return;
    if (got <= 0)
        return finish(0);
    in_.append(bytes.data(), static_cast<std::size_t>(got));
    if (is_complete())
        finish(std::stoi(in_.substr(kStatusAt, 3)));
}

bool HttpConnection::is_complete()
{
    const std::size_t header_end = in_.find(kHeaderEnd);
    if (header_end == std::string::npos)
        return false;
    const std::string_view header = std::string_view(in_).substr(0, header_end);
    const std::size_t found = header.find(kLength);
    const std::size_t length =
        found == std::string_view::npos ? 0 : std::stoul(in_.substr(found + kLength.size(), 12));
    if (in_.size() < header_end + kHeaderEnd.size() + length)
        return false;
    body_ = in_.substr(header_end + kHeaderEnd.size(), length);
    return true;
}

void HttpConnection::finish(int status)
{
    const bool closes = in_.substr(0, in_.find(kHeaderEnd)).find(kCloses) != std::string::npos;
    const bool was_asked = static_cast<bool>(done_);
    const Done done = std::exchange(done_, nullptr);
    if (status == 0 || closes || !was_asked)
        close();
    if (was_asked)
        done(status);
}

} // namespace load
