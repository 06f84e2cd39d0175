// One HTTP/1.1 client connection: one request at a time, kept alive, opened again when it was
// closed.
#pragma once

#include "event_loop.hpp"
#include "sockets.hpp"

#include <functional>
#include <string>

namespace load {

class HttpConnection
{
public:
    // status 0: no answer, the connection broke.
    using Done = std::function<void(int status)>;

    HttpConnection(EventLoop& loop, sockaddr_in server, std::string source = {});
    ~HttpConnection();
    HttpConnection(HttpConnection&&) = delete;

    // `request`: the whole of it, as request_text makes it. `done` may send the next one.
    void send(std::string request, Done done);
    void close();
    [[nodiscard]] bool is_open() const { return socket_.is_open(); }
    // The body of the last answer.
    [[nodiscard]] const std::string& body() const { return body_; }

private:
    void on_event(std::uint32_t events);
    void flush();
    void receive();
    bool is_complete();
    void finish(int status);

    EventLoop& loop_;
    sockaddr_in server_;
    std::string source_;
    Socket socket_;
    std::string out_, in_, body_;
    std::size_t sent_ = 0;
    Done done_;
};

// `headers`: whole lines, each with its end; `body` may be empty.
[[nodiscard]] std::string request_text(const std::string& method, const std::string& path,
                                       const std::string& headers, const std::string& body);

} // namespace load
