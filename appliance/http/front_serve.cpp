// The workers' half of the front: reading a request as far as it has come, answering, parking.
#include "http/connection.hpp"
#include "http/forwarded.hpp"

#include <array>
#include <sys/epoll.h>
#include <sys/socket.h>

namespace mnara::http {

namespace {

constexpr int kServerError = 500;
constexpr std::size_t kReadSize = 16 * 1024;
// Then others get their turn: one client that pipelines or uploads must not keep a worker.
constexpr int kRequestsPerTurn = 8;
constexpr int kReadsPerTurn = 64;
// Of what is sent after all was said: as much as an upload that was refused in its beginning.
constexpr std::size_t kJunkMax = 4 * 1024 * 1024;

constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

} // namespace

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
        if (!connection->channel->is_open())
            ++counters_.handshakes_failed;
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
        if (connection.stream != nullptr && !connection.lingering) {
            if (++reads > kReadsPerTurn)
                return queue(connection);
            if (!go_on(connection))
                return;
            continue;
        }
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
    const auto got = connection.channel->receive(bytes.data(), bytes.size());
    if (!got) {
        park(connection, Wanted::Read);
        return false;
    }
    if (*got == 0) {
        close(connection);
        return false;
    }
    if (connection.lingering || connection.stream != nullptr) {
        // It has nothing more to say to us; one that never pauses would never be swept.
        connection.junk += *got;
        const bool is_late =
            connection.lingering && clock_.mono() >= connection.began + limits_.linger;
        if (!is_late && connection.junk <= kJunkMax)
            return true;
        close(connection);
        return false;
    }
    if (connection.reader.state() == RequestReader::State::Idle)
        connection.began = clock_.mono();
    connection.reader.append({bytes.data(), *got});
    return true;
}

bool Front::go_on(Connection& connection)
{
    {
        const std::lock_guard lock(mutex_);
        connection.woken = false; // whatever comes from here on wakes it again
    }
    const bool beat = clock_.mono() >= connection.began + limits_.heartbeat;
    connection.out = connection.stream->take(beat);
    connection.close_after = connection.stream->is_over();
    if (!connection.out.empty()) {
        connection.began = clock_.mono();
        return true;
    }
    if (connection.close_after) {
        connection.channel->end();
        close(connection);
        return false;
    }
    return receive(connection);
}

void Front::wake(std::uint64_t id)
{
    const std::lock_guard lock(mutex_);
    const auto found = connections_.find(id);
    if (found == connections_.end())
        return;
    Connection& connection = *found->second;
    connection.woken = true;
    // Where it waits for room to write, the stream waits with it.
    if (!connection.queued && connection.out.empty())
        queue_locked(connection);
}

void Front::answer(Connection& connection)
{
    const bool wants_more = connection.reader.keeps_alive();
    Request request = connection.reader.take();
    request.peer = connection.peer;
    name_forwarded_peer(request, trusted_proxy_);
    request.arrival = connection.channel->arrival();
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
    if (reply.stream != nullptr && request.method != "HEAD" && !stopping) {
        connection.close_after = false;
        connection.stream = std::move(reply.stream);
        connection.stream->on_more([this, id = connection.id] { wake(id); });
        connection.out = write_stream_head(reply, clock_.now());
    } else {
        connection.out =
            write_reply(reply, request.method == "HEAD", !connection.close_after, clock_.now());
    }
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
            connection.channel->send(std::string_view(connection.out).substr(connection.sent));
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
    if (was_reply && connection.stream == nullptr) // a stream's pause counts from what it said
        connection.began = clock_.mono();          // of waiting for the next request
    if (connection.close_after && !connection.lingering) {
        // Closing at once would reset a client that is still sending, before it has read why.
        connection.channel->end();
        connection.lingering = true;
    }
    return true;
}

void Front::park(Connection& connection, Wanted wanted)
{
    const std::lock_guard lock(mutex_);
    if (connection.woken && connection.out.empty())
        return queue_locked(connection); // its stream has said so while we were busy with it
    connection.queued = false;
    connection.deadline = deadline_of(connection);
    const bool for_write = wanted == Wanted::Write || connection.channel->wants_write();
    epoll_event event{};
    event.events = EPOLLONESHOT | (for_write ? EPOLLOUT : EPOLLIN);
    event.data.u64 = connection.id;
    if (::epoll_ctl(epoll_, EPOLL_CTL_MOD, connection.channel->file(), &event) != 0)
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
    const auto held = per_household_.find(found->second->household);
    if (--held->second == 0)
        per_household_.erase(held);
    connections_.erase(found); // closes the socket, which also leaves the epoll set
    --counters_.connections_open;
}

} // namespace mnara::http
