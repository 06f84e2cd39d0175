// The workers' half of the front: reading a request as far as it has come, answering, parking.
#include "http/connection.hpp"

#include <Poco/Exception.h>
#include <array>
#include <cerrno>
#include <sys/epoll.h>
#include <sys/socket.h>

namespace mnara::http {

namespace {

constexpr int kServerError = 500;
constexpr std::size_t kReadSize = 16 * 1024;
// Then others get their turn: one client that pipelines or uploads must not keep a worker.
constexpr int kRequestsPerTurn = 8;
constexpr int kReadsPerTurn = 64;

constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

} // namespace

std::size_t Front::Connection::send_some(std::string_view bytes)
{
    try {
        const int took =
            socket.sendBytes(bytes.data(), static_cast<int>(bytes.size()), MSG_NOSIGNAL);
        return took > 0 ? static_cast<std::size_t>(took) : 0;
    } catch (const Poco::Exception& error) {
        // Where receiveBytes answers -1, POCO 1.11 throws here.
        if (error.code() == EAGAIN || error.code() == EWOULDBLOCK)
            return 0;
        throw;
    }
}

void Front::work_step(Millis wait)
{
    Connection* connection = nullptr;
    {
        std::unique_lock lock(mutex_);
        if (ready_.empty() && !stopping_)
            ready_changed_.wait_for(lock, wait);
        if (ready_.empty()) {
            if (stopping_) // wait for requests that are still arriving, but not in a spin
                ready_changed_.wait_for(lock, std::min(wait, Millis{20}));
            return;
        }
        connection = ready_.front();
        ready_.pop_front();
    }
    try {
        serve(*connection);
    } catch (const std::exception&) {
        close(*connection); // reset by the peer, or out of memory: it is of no use any more
    }
}

void Front::serve(Connection& connection)
{
    int requests = 0;
    int reads = 0;
    while (true) {
        if (!flush(connection))
            return;
        switch (connection.reader.advance()) {
        case RequestReader::State::Complete:
            if (connection.lingering)
                return close(connection);
            if (++requests > kRequestsPerTurn)
                return queue(connection);
            answer(connection);
            break;
        case RequestReader::State::Bad:
            if (!connection.lingering) {
                refuse_request(connection, connection.reader.status());
                break;
            }
            [[fallthrough]];
        default:
            if (connection.reader.wants_continue()) {
                connection.out = kContinue;
                break;
            }
            if (++reads > kReadsPerTurn)
                return queue(connection);
            if (!receive(connection))
                return;
        }
    }
}

bool Front::receive(Connection& connection)
{
    std::array<char, kReadSize> bytes{};
    const int got = connection.socket.receiveBytes(bytes.data(), static_cast<int>(bytes.size()), 0);
    if (got == 0) {
        close(connection);
        return false;
    }
    if (got < 0) {
        park(connection, Wanted::Read);
        return false;
    }
    if (connection.lingering)
        return true;
    if (connection.reader.state() == RequestReader::State::Idle)
        connection.began = clock_.mono();
    connection.reader.append({bytes.data(), static_cast<std::size_t>(got)});
    return true;
}

void Front::answer(Connection& connection)
{
    const bool wants_more = connection.reader.keeps_alive();
    Request request = connection.reader.take();
    request.peer = connection.peer;
    Reply reply;
    try {
        reply = handler_.answer(request);
    } catch (const std::exception& error) {
        log_.error("http.handler_threw", error.what());
        reply = handler_.refusal(kServerError);
    }
    bool stopping = false;
    {
        const std::lock_guard lock(mutex_);
        stopping = stopping_;
    }
    connection.close_after = !wants_more || stopping;
    connection.out =
        write_reply(reply, request.method == "HEAD", !connection.close_after, clock_.now());
    // The handler's own time is not the client's: what is left is for reading the reply.
    connection.began = clock_.mono();
}

void Front::refuse_request(Connection& connection, int status)
{
    ++counters_.requests_bad;
    connection.close_after = true;
    connection.out = write_reply(handler_.refusal(status), false, false, clock_.now());
}

bool Front::flush(Connection& connection)
{
    while (connection.sent < connection.out.size()) {
        const std::size_t took =
            connection.send_some(std::string_view(connection.out).substr(connection.sent));
        if (took == 0) {
            park(connection, Wanted::Write);
            return false;
        }
        connection.sent += took;
    }
    if (connection.out.empty())
        return true;
    const bool was_reply = connection.reader.state() != RequestReader::State::Body;
    connection.out.clear();
    connection.sent = 0;
    if (was_reply)
        connection.began = clock_.mono(); // of waiting for the next request
    if (connection.close_after && !connection.lingering) {
        // Closing at once would reset a client that is still sending, before it has read why.
        connection.socket.shutdownSend();
        connection.lingering = true;
    }
    return true;
}

void Front::park(Connection& connection, Wanted wanted)
{
    const std::lock_guard lock(mutex_);
    connection.queued = false;
    connection.deadline = deadline_of(connection);
    epoll_event event{};
    event.events = EPOLLONESHOT | (wanted == Wanted::Read ? EPOLLIN : EPOLLOUT);
    event.data.u64 = connection.id;
    if (::epoll_ctl(epoll_, EPOLL_CTL_MOD, connection.socket.impl()->sockfd(), &event) != 0)
        close_locked(connection.id);
}

void Front::queue(Connection& connection)
{
    const std::lock_guard lock(mutex_);
    queue_locked(connection);
}

void Front::queue_locked(Connection& connection)
{
    connection.queued = true;
    ready_.push_back(&connection);
    ready_changed_.notify_one();
}

void Front::close(Connection& connection)
{
    const std::lock_guard lock(mutex_);
    close_locked(connection.id);
}

void Front::close_locked(std::uint64_t id)
{
    const auto found = connections_.find(id);
    if (found == connections_.end())
        return;
    const auto held = per_address_.find(found->second->peer);
    if (--held->second == 0)
        per_address_.erase(held);
    connections_.erase(found); // closes the socket, which also leaves the epoll set
    --counters_.connections_open;
}

} // namespace mnara::http
