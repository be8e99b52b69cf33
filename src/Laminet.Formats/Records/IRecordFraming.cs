using System.Buffers;

namespace Laminet.Formats.Records;

/// <summary>How records follow each other in a file, so that a reader finds their ends and sees whether they are whole.</summary>
internal interface IRecordFraming
{
    /// <summary>What a new file begins with.</summary>
    ReadOnlySpan<byte> Header { get; }

    /// <summary>Writes a record with what stands around it.</summary>
    /// <param name="record">The record.</param>
    /// <param name="position">Where in the file it will begin.</param>
    /// <param name="output">Takes the bytes.</param>
    void Write(ReadOnlySpan<byte> record, long position, IBufferWriter<byte> output);
}
