// A tiny HTTP server for tests of outgoing calls: each connection is handed, with its whole
// request, to a function that writes whatever it likes, or nothing. Serves one connection after the
// other.
#pragma once

#include <Poco/Exception.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/StreamSocket.h>
#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

class DarajaServer
{
public:
    struct Connection
    {
        Poco::Net::StreamSocket& socket;
        const std::string& request; // head and body as they came
        const std::atomic<bool>& ending;

        void write(const std::string& text) const
        {
            socket.sendBytes(text.data(), static_cast<int>(text.size()), MSG_NOSIGNAL);
        }
        void answer(int status, const std::string& body) const
        {
            write("HTTP/1.1 " + std::to_string(status) +
                  " X\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
        }
    };
    using Handler = std::function<void(const Connection&)>;

    explicit DarajaServer(Handler handler)
        : handler_(std::move(handler)), listener_(Poco::Net::SocketAddress("127.0.0.1", 0)),
          thread_([this] { serve(); })
    {
    }
    DarajaServer(const DarajaServer&) = delete;
    DarajaServer& operator=(const DarajaServer&) = delete;
    ~DarajaServer()
    {
        ending_ = true;
        thread_.join();
    }

    [[nodiscard]] std::string url() const
    {
        return "http://127.0.0.1:" + std::to_string(listener_.address().port());
    }
    [[nodiscard]] std::vector<std::string> requests() const
    {
        const std::lock_guard lock(mutex_);
        return requests_;
    }
    // How many requests had that path in their first line.
    [[nodiscard]] int count(const std::string& path) const
    {
        int found = 0;
        for (const std::string& request : requests())
            found +=
                request.substr(0, request.find("\r\n")).find(path) != std::string::npos ? 1 : 0;
        return found;
    }

private:
    void serve()
    {
        while (!ending_) {
            if (!listener_.poll(Poco::Timespan(0, 10'000), Poco::Net::Socket::SELECT_READ))
                continue;
            try {
                Poco::Net::StreamSocket socket = listener_.acceptConnection();
                socket.setReceiveTimeout(Poco::Timespan(5, 0));
                const std::string request = read(socket);
                {
                    const std::lock_guard lock(mutex_);
                    requests_.push_back(request);
                }
                handler_({socket, request, ending_});
            } catch (const Poco::Exception&) {
                continue; // the client went away: what it then says is the test's business
            }
        }
    }
    static std::string read(Poco::Net::StreamSocket& socket)
    {
        std::string text;
        char piece[4096];
        for (;;) {
            const std::size_t head_end = text.find("\r\n\r\n");
            if (head_end != std::string::npos && text.size() >= head_end + 4 + body_size(text))
                return text;
            const int got = socket.receiveBytes(piece, sizeof piece);
            if (got <= 0)
                return text;
            text.append(piece, static_cast<std::size_t>(got));
        }
    }
    static std::size_t body_size(const std::string& text)
    {
        const std::string name = "Content-Length: ";
        const std::size_t at = text.find(name);
        return at == std::string::npos ? 0 : std::stoul(text.substr(at + name.size()));
    }

    const Handler handler_;
    Poco::Net::ServerSocket listener_;
    std::atomic<bool> ending_{false};
    mutable std::mutex mutex_;
    std::vector<std::string> requests_;
    std::thread thread_; // last, so that it starts when all else is there
};
